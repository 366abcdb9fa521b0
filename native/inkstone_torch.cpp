// The gate between C# and libtorch.
//
// Operators are called by schema name through the dispatcher, so a new operator needs no line here. What is no
// operator has an export of its own: tensors' identity and memory, autograd, autocast, generators, threads, devices.
//
// Every export returns 0, or 1 with a message in ink_error(); no exception leaves this file. The few that return a
// value instead cannot fail. A tensor handle is a heap-allocated at::Tensor: whoever receives one frees it, once.

#include "torch_versions.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <ATen/Version.h>
#include <ATen/core/dispatch/Dispatcher.h>
#include <ATen/core/stack.h>
#include <c10/core/GradMode.h>
#include <torch/csrc/autograd/autograd.h>
#include <torch/csrc/autograd/variable.h>

#include <atomic>
#include <cstring>
#include <exception>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#define INK_EXPORT extern "C" __attribute__((visibility("default")))

using at::Tensor;
using torch::autograd::variable_list;

namespace {

// ---------------------------------------------------------------------------------------------------- errors

thread_local std::string last_error;

template <class Body> int32_t guarded(Body body) noexcept {
  try {
    body();
    return 0;
  } catch (const c10::Error& error) {
    last_error = error.what_without_backtrace();
  } catch (const std::exception& error) {
    last_error = error.what();
  } catch (...) {
    last_error = "an exception of an unknown type";
  }
  return 1;
}

// --------------------------------------------------------------------------------------------------- handles

std::atomic<int64_t> live_tensors{0};

const Tensor& tensor(const void* handle) { return *static_cast<const Tensor*>(handle); }

void* wrap(Tensor value) {
  auto* handle = new Tensor(std::move(value));
  live_tensors.fetch_add(1, std::memory_order_relaxed);
  return handle;
}

void* wrap_or_null(Tensor value) { return value.defined() ? wrap(std::move(value)) : nullptr; }

void release(void* handle) {
  if (handle != nullptr) {
    delete static_cast<Tensor*>(handle);
    live_tensors.fetch_sub(1, std::memory_order_relaxed);
  }
}

Tensor take(void* handle) {
  Tensor value = handle != nullptr ? tensor(handle) : Tensor();
  release(handle);
  return value;
}

variable_list tensors(void* const* handles, int32_t count) {
  variable_list list;
  list.reserve(count);
  for (int32_t i = 0; i < count; i++) {
    list.push_back(handles[i] != nullptr ? tensor(handles[i]) : Tensor());
  }
  return list;
}

// ---------------------------------------------------------------------------------------------------- values

// Mirrored by Inkstone.Torch.Interop.NativeValue.
enum class Kind : int32_t {
  Default = -1, None = 0, Tensor = 1, TensorList = 2, Int = 3, Float = 4, Bool = 5, IntList = 6, FloatList = 7,
  BoolList = 8, DType = 9, Device = 10, String = 11, Generator = 12,
};

struct Value {
  Kind kind;
  int32_t length;  // of a list or string
  union {
    int64_t integer;  // Int, Bool, DType
    double real;
    void* pointer;
  };
};
static_assert(sizeof(Value) == 16, "the managed side mirrors this layout");

const char* name_of(Kind kind) {
  switch (kind) {
    case Kind::Default: return "default";
    case Kind::None: return "none";
    case Kind::Tensor: return "tensor";
    case Kind::TensorList: return "tensor list";
    case Kind::Int: return "int";
    case Kind::Float: return "float";
    case Kind::Bool: return "bool";
    case Kind::IntList: return "int list";
    case Kind::FloatList: return "float list";
    case Kind::BoolList: return "bool list";
    case Kind::DType: return "dtype";
    case Kind::Device: return "device";
    case Kind::String: return "string";
    case Kind::Generator: return "generator";
  }
  return "unknown";
}

std::string text_of(const Value& value) { return {static_cast<const char*>(value.pointer), static_cast<size_t>(value.length)}; }

template <class T> T element(const Value& list, int32_t i) { return static_cast<const T*>(list.pointer)[i]; }

template <class Element, class Source> c10::IValue list_of(const Value& value) {
  c10::List<Element> list;
  list.reserve(value.length);
  for (int32_t i = 0; i < value.length; i++) list.push_back(static_cast<Element>(element<Source>(value, i)));
  return list;
}

c10::IValue tensor_list(const Value& value) {
  c10::List<Tensor> list;
  list.reserve(value.length);
  for (int32_t i = 0; i < value.length; i++) {
    const void* handle = element<void*>(value, i);
    TORCH_CHECK(handle != nullptr, "tensor ", i, " of a list is null, and this operator wants them all");
    list.push_back(tensor(handle));
  }
  return list;
}

c10::IValue optional_tensor_list(const Value& value) {
  c10::List<ink::Optional<Tensor>> list;
  list.reserve(value.length);
  for (int32_t i = 0; i < value.length; i++) {
    const void* handle = element<void*>(value, i);
    list.push_back(handle != nullptr ? ink::Optional<Tensor>(tensor(handle)) : ink::Optional<Tensor>());
  }
  return list;
}

// The list that an operator with elements of this type takes, or none where the value's kind does not fit.
c10::IValue to_list(const Value& value, const c10::Type& element_type) {
  switch (element_type.kind()) {
    case c10::TypeKind::TensorType:
      if (value.kind == Kind::TensorList) return tensor_list(value);
      break;
    case c10::TypeKind::OptionalType:
      if (value.kind == Kind::TensorList && element_type.containedTypes()[0]->kind() == c10::TypeKind::TensorType) return optional_tensor_list(value);
      break;
    case c10::TypeKind::IntType:
    case c10::TypeKind::SymIntType:
      if (value.kind == Kind::IntList) return list_of<int64_t, int64_t>(value);
      break;
    case c10::TypeKind::FloatType:
      if (value.kind == Kind::FloatList) return list_of<double, double>(value);
      if (value.kind == Kind::IntList) return list_of<double, int64_t>(value);
      break;
    case c10::TypeKind::BoolType:
      if (value.kind == Kind::BoolList) return list_of<bool, uint8_t>(value);
      break;
    default:
      break;
  }
  return {};
}

// The value in the form that the schema wants, or none where its kind does not fit. An int that arrives where a float
// or bool is wanted would trip an internal assert further down, so numbers change form here.
c10::IValue convert(const Value& value, const c10::Type& type) {
  switch (type.kind()) {
    case c10::TypeKind::OptionalType:
      return convert(value, *type.containedTypes()[0]);
    case c10::TypeKind::ListType:
      return to_list(value, *type.containedTypes()[0]);
    case c10::TypeKind::TensorType:
      if (value.kind == Kind::Tensor) return tensor(value.pointer);
      break;
    case c10::TypeKind::IntType:
    case c10::TypeKind::SymIntType:
    case c10::TypeKind::ScalarTypeType:
    case c10::TypeKind::LayoutType:
    case c10::TypeKind::MemoryFormatType:
      if (value.kind == Kind::Int || value.kind == Kind::DType) return value.integer;
      break;
    case c10::TypeKind::FloatType:
    case c10::TypeKind::SymFloatType:
      if (value.kind == Kind::Float) return value.real;
      if (value.kind == Kind::Int) return static_cast<double>(value.integer);
      break;
    case c10::TypeKind::BoolType:
      if (value.kind == Kind::Bool || value.kind == Kind::Int) return value.integer != 0;
      break;
    case c10::TypeKind::NumberType:
      if (value.kind == Kind::Float) return value.real;
      if (value.kind == Kind::Int) return value.integer;
      if (value.kind == Kind::Bool) return value.integer != 0;
      break;
    case c10::TypeKind::StringType:
      if (value.kind == Kind::String) return text_of(value);
      break;
    case c10::TypeKind::DeviceObjType:
      if (value.kind == Kind::Device || value.kind == Kind::String) return c10::Device(text_of(value));
      break;
    case c10::TypeKind::GeneratorType:
      if (value.kind == Kind::Generator) return *static_cast<at::Generator*>(value.pointer);
      break;
    default:
      break;
  }
  return {};
}

void push(torch::jit::Stack& stack, const Value& value, const c10::Argument& argument) {
  if (value.kind == Kind::Default) {
    TORCH_CHECK(argument.default_value(), "argument '", argument.name(), "' is missing: ", argument.type()->str());
    stack.push_back(*argument.default_value());
  } else if (value.kind == Kind::None && argument.type()->kind() == c10::TypeKind::OptionalType) {
    stack.emplace_back();
  } else {
    c10::IValue converted = convert(value, *argument.type());
    TORCH_CHECK(!converted.isNone(),
        "argument '", argument.name(), "' must be ", argument.type()->str(), ", but is ", name_of(value.kind));
    stack.push_back(std::move(converted));
  }
}

Value none() {
  Value value{};
  value.kind = Kind::None;
  return value;
}

Value from_ivalue(c10::IValue&& returned) {
  Value value = none();
  if (returned.isTensor()) {
    value.pointer = wrap_or_null(std::move(returned).toTensor());
    value.kind = value.pointer != nullptr ? Kind::Tensor : Kind::None;
  } else if (returned.isTensorList()) {
    variable_list list = returned.toTensorVector();
    auto** handles = new void*[list.size()];
    for (size_t i = 0; i < list.size(); i++) handles[i] = wrap_or_null(std::move(list[i]));
    value = {Kind::TensorList, static_cast<int32_t>(list.size()), {}};
    value.pointer = handles;
  } else if (returned.isInt()) {
    value.kind = Kind::Int;
    value.integer = returned.toInt();
  } else if (returned.isDouble()) {
    value.kind = Kind::Float;
    value.real = returned.toDouble();
  } else if (returned.isBool()) {
    value.kind = Kind::Bool;
    value.integer = returned.toBool() ? 1 : 0;
  } else {
    TORCH_CHECK(returned.isNone(), "returns a ", returned.tagKind(), ", which this gate does not carry");
  }
  return value;
}

void release(Value& value) {
  if (value.kind == Kind::Tensor) release(value.pointer);
  if (value.kind == Kind::TensorList) {
    for (int32_t i = 0; i < value.length; i++) release(element<void*>(value, i));
    delete[] static_cast<void**>(value.pointer);
  }
  value = none();
}

// -------------------------------------------------------------------------------------------- managed autograd

// Called with owned handles of the output gradients; answers with owned handles, or null, of the input gradients.
using BackwardCallback = int32_t (*)(void* state, void** grad_outputs, int32_t outputs, const uint8_t* needed, void** grad_inputs, int32_t inputs);
using ReleaseCallback = void (*)(void* state);

// A node of the graph whose backward is managed code. Its state lives as long as the graph's buffers do.
class ManagedNode final : public torch::autograd::Node {
 public:
  ManagedNode(torch::autograd::edge_list&& inputs, std::string name, void* state, BackwardCallback backward, ReleaseCallback release)
      : Node(std::move(inputs)), name_(std::move(name)), state_(state), backward_(backward), release_(release) {}

  ~ManagedNode() override { release_variables(); }

  std::string name() const override { return name_; }

  void release_variables() override {
    if (void* state = state_.exchange(nullptr)) release_(state);
  }

  // Makes a tensor the next output of a node; integers and masks take a place, but carry no gradient.
  static void connect(const ink::NodePointer& node, const Tensor& output) {
    if (at::isFloatingType(output.scalar_type())) {
      torch::autograd::impl::set_gradient_edge(output, {node, node->add_input_metadata(output)});
    } else {
      node->add_input_metadata(undefined_input());
    }
    static_cast<ManagedNode&>(*node).shapes_.emplace_back(output.sizes().vec(), output.options());
  }

  variable_list apply(variable_list&& grads) override {
    void* state = state_.load();
    TORCH_CHECK(state != nullptr, name_, ": its saved tensors are freed already; a second backward needs retain_graph the first time");
    TORCH_CHECK(!c10::GradMode::is_enabled(), name_, ": its backward is not differentiable itself (create_graph)");

    std::vector<void*> grad_outputs(grads.size());
    for (size_t i = 0; i < grads.size(); i++) {
      grad_outputs[i] = wrap(grads[i].defined() ? std::move(grads[i]) : at::zeros(shapes_[i].first, shapes_[i].second));
    }
    std::vector<uint8_t> needed(num_outputs());
    for (size_t i = 0; i < needed.size(); i++) needed[i] = task_should_compute_output(i) ? 1 : 0;
    std::vector<void*> grad_inputs(num_outputs(), nullptr);

    const int32_t status = backward_(state, grad_outputs.data(), static_cast<int32_t>(grad_outputs.size()), needed.data(),
        grad_inputs.data(), static_cast<int32_t>(grad_inputs.size()));

    variable_list result;
    result.reserve(grad_inputs.size());
    for (void* handle : grad_inputs) result.push_back(take(handle));
    if (status != 0) throw std::runtime_error(last_error);
    return result;
  }

 private:
  std::string name_;
  std::atomic<void*> state_;
  BackwardCallback backward_;
  ReleaseCallback release_;
  std::vector<std::pair<std::vector<int64_t>, at::TensorOptions>> shapes_;
};

}  // namespace

// --------------------------------------------------------------------------------------------------- exports

INK_EXPORT const char* ink_error() { return last_error.c_str(); }

// Managed callbacks leave the message of their exception here before they return 1.
INK_EXPORT void ink_set_error(const char* text, int32_t length) { last_error.assign(text, static_cast<size_t>(length)); }

// ------------------------------------------------------------------------------------------------- operators

INK_EXPORT int32_t ink_operator_find(const char* name, const char* overload, void** handle) {
  return guarded([&] {
    auto found = c10::Dispatcher::singleton().findSchema({name, overload});
    TORCH_CHECK(found, "no such operator in libtorch " TORCH_VERSION);
    *handle = new c10::OperatorHandle(*found);
  });
}

// Valid until the thread's next call of this function.
INK_EXPORT const char* ink_operator_schema(const void* handle) {
  static thread_local std::string text;
  const int32_t status = guarded([&] {
    std::ostringstream stream;
    stream << static_cast<const c10::OperatorHandle*>(handle)->schema();
    text = stream.str();
  });
  return status == 0 ? text.c_str() : "";
}

// Results beyond `capacity` are dropped; `count` says how many were written.
INK_EXPORT int32_t ink_operator_call(const void* handle, const Value* arguments, int32_t argument_count, Value* results, int32_t capacity, int32_t* count) {
  int32_t written = 0;
  const int32_t status = guarded([&] {
    const auto& op = *static_cast<const c10::OperatorHandle*>(handle);
    const auto& wanted = op.schema().arguments();
    TORCH_CHECK(static_cast<size_t>(argument_count) <= wanted.size(), argument_count, " arguments given, but it takes ", wanted.size());
    static const Value missing{Kind::Default, 0, {}};
    torch::jit::Stack stack;
    stack.reserve(wanted.size());
    for (size_t i = 0; i < wanted.size(); i++) {
      push(stack, i < static_cast<size_t>(argument_count) ? arguments[i] : missing, wanted[i]);
    }
    op.callBoxed(&stack);
    for (auto& returned : stack) {
      if (written == capacity) break;
      results[written] = from_ivalue(std::move(returned));
      written++;
    }
  });
  if (status != 0) {
    while (written > 0) release(results[--written]);
  }
  *count = written;
  return status;
}

// Frees the array of a returned tensor list, not the tensors in it.
INK_EXPORT void ink_list_free(void** handles) { delete[] handles; }

// --------------------------------------------------------------------------------------------------- tensors

INK_EXPORT int64_t ink_live_tensors() { return live_tensors.load(std::memory_order_relaxed); }
INK_EXPORT void ink_tensor_free(void* handle) { release(handle); }
INK_EXPORT int32_t ink_tensor_dim(const void* handle) { return static_cast<int32_t>(tensor(handle).dim()); }
INK_EXPORT int64_t ink_tensor_numel(const void* handle) { return tensor(handle).numel(); }
INK_EXPORT int32_t ink_tensor_dtype(const void* handle) { return static_cast<int32_t>(tensor(handle).scalar_type()); }
INK_EXPORT int32_t ink_tensor_requires_grad(const void* handle) { return tensor(handle).requires_grad() ? 1 : 0; }

INK_EXPORT int32_t ink_tensor_clone_handle(const void* handle, void** clone) {
  return guarded([&] { *clone = wrap(tensor(handle)); });
}

INK_EXPORT int32_t ink_tensor_from_bytes(const void* data, int64_t bytes, const int64_t* sizes, int32_t dim, int32_t dtype, void** result) {
  return guarded([&] {
    Tensor value = at::empty(at::IntArrayRef(sizes, dim), at::TensorOptions(static_cast<at::ScalarType>(dtype)));
    TORCH_CHECK(static_cast<int64_t>(value.nbytes()) == bytes, "shape ", value.sizes(), " of ", value.scalar_type(), " takes ", value.nbytes(), " bytes, but ", bytes, " were given");
    if (bytes > 0) std::memcpy(value.data_ptr(), data, static_cast<size_t>(bytes));
    *result = wrap(std::move(value));
  });
}

// The tensor borrows `data`; `release(state)` is called once, when no tensor looks at it any longer, also on failure.
INK_EXPORT int32_t ink_tensor_from_memory(void* data, const int64_t* sizes, int32_t dim, int32_t dtype, ReleaseCallback release, void* state, void** result) {
  auto owner = std::shared_ptr<void>(state, [release](void* it) { if (release != nullptr) release(it); });
  return guarded([&] {
    *result = wrap(at::from_blob(data, at::IntArrayRef(sizes, dim), [owner](void*) mutable { owner.reset(); },
        at::TensorOptions(static_cast<at::ScalarType>(dtype))));
  });
}

INK_EXPORT int32_t ink_tensor_sizes(const void* handle, int64_t* sizes) {
  return guarded([&] { const auto all = tensor(handle).sizes(); std::copy(all.begin(), all.end(), sizes); });
}

INK_EXPORT int32_t ink_tensor_strides(const void* handle, int64_t* strides) {
  return guarded([&] { const auto all = tensor(handle).strides(); std::copy(all.begin(), all.end(), strides); });
}

INK_EXPORT int32_t ink_tensor_data(const void* handle, void** data) {
  return guarded([&] { *data = tensor(handle).data_ptr(); });
}

INK_EXPORT int32_t ink_tensor_is_contiguous(const void* handle, int32_t* contiguous) {
  return guarded([&] { *contiguous = tensor(handle).is_contiguous() ? 1 : 0; });
}

// "cpu", "cuda:0" ... ends in a zero byte; a device's name is far shorter than any sensible capacity.
INK_EXPORT int32_t ink_tensor_device(const void* handle, char* name, int32_t capacity) {
  return guarded([&] {
    const std::string text = tensor(handle).device().str();
    TORCH_CHECK(text.size() < static_cast<size_t>(capacity), "device name too long");
    std::memcpy(name, text.c_str(), text.size() + 1);
  });
}

// -------------------------------------------------------------------------------------------------- gradients

INK_EXPORT int32_t ink_tensor_set_requires_grad(void* handle, int32_t on) {
  return guarded([&] { tensor(handle).set_requires_grad(on != 0); });
}

INK_EXPORT int32_t ink_tensor_grad(const void* handle, void** grad) {
  return guarded([&] { *grad = wrap_or_null(tensor(handle).grad()); });
}

INK_EXPORT int32_t ink_tensor_set_grad(void* handle, const void* grad) {
  return guarded([&] {
    const Tensor& owner = tensor(handle);
    const Tensor value = grad != nullptr ? tensor(grad) : Tensor();
    TORCH_CHECK(!value.defined() || (value.sizes() == owner.sizes() && value.scalar_type() == owner.scalar_type() && value.device() == owner.device()),
        "a gradient must be like its tensor, but is ", value.sizes(), " ", value.scalar_type(), " ", value.device());
    owner.mutable_grad() = value;
  });
}

INK_EXPORT int32_t ink_backward(void* const* outputs, void* const* gradients, int32_t count, int32_t retain_graph, int32_t create_graph) {
  return guarded([&] {
    torch::autograd::backward(tensors(outputs, count), gradients != nullptr ? tensors(gradients, count) : variable_list(),
        retain_graph != 0, create_graph != 0);
  });
}

// `gradients` may be null; `results` gets one handle an input, null where an input is unused and that is allowed.
INK_EXPORT int32_t ink_grad(void* const* outputs, void* const* gradients, int32_t output_count, void* const* inputs, int32_t input_count,
    int32_t retain_graph, int32_t create_graph, int32_t allow_unused, void** results) {
  return guarded([&] {
    variable_list found = torch::autograd::grad(tensors(outputs, output_count), tensors(inputs, input_count),
        gradients != nullptr ? tensors(gradients, output_count) : variable_list(), retain_graph != 0, create_graph != 0, allow_unused != 0);
    for (size_t i = 0; i < found.size(); i++) results[i] = wrap_or_null(std::move(found[i]));
  });
}

INK_EXPORT int32_t ink_grad_mode() { return c10::GradMode::is_enabled() ? 1 : 0; }
INK_EXPORT void ink_set_grad_mode(int32_t on) { c10::GradMode::set_enabled(on != 0); }

// Joins outputs, computed under no-grad, to the graph of the inputs: `results` are new handles of the same data.
// The state is released with the graph, or at once where no gradient is asked for or something fails.
INK_EXPORT int32_t ink_autograd_connect(const char* name, void* const* inputs, int32_t input_count, void* const* outputs, int32_t output_count,
    void* state, BackwardCallback backward, ReleaseCallback release_state, void** results) {
  bool handed_over = false;
  const int32_t status = guarded([&] {
    bool wanted = false;
    torch::autograd::edge_list edges;
    for (int32_t i = 0; i < input_count; i++) {
      wanted |= tensor(inputs[i]).requires_grad();
      edges.push_back(torch::autograd::impl::gradient_edge(tensor(inputs[i])));
    }
    ink::NodePointer node;
    if (wanted && c10::GradMode::is_enabled()) {
      node = ink::make_node<ManagedNode>(std::move(edges), std::string(name), state, backward, release_state);
      handed_over = true;
    }
    variable_list connected;
    for (int32_t i = 0; i < output_count; i++) {
      // A new handle of the same data: the node may hold the output itself without holding itself alive.
      connected.emplace_back(tensor(outputs[i]).variable_data());
      if (node) ManagedNode::connect(node, connected.back());
    }
    for (int32_t i = 0; i < output_count; i++) results[i] = wrap(std::move(connected[i]));
  });
  if (!handed_over) release_state(state);
  return status;
}

// --------------------------------------------------------------------------------------------------- autocast

struct AutocastState {
  int32_t device;
  int32_t enabled;
  int32_t dtype;
};

INK_EXPORT int32_t ink_autocast_enter(const char* device, int32_t dtype, int32_t enabled, AutocastState* before) {
  return guarded([&] {
    const at::DeviceType type = c10::Device(device).type();
    const ink::Autocast current = ink::autocast_of(type);
    *before = {static_cast<int32_t>(type), current.enabled ? 1 : 0, static_cast<int32_t>(current.dtype)};
    ink::set_autocast(type, {enabled != 0, static_cast<at::ScalarType>(dtype)});
    at::autocast::increment_nesting();
  });
}

// Weights cast once are kept until the outermost region ends.
INK_EXPORT int32_t ink_autocast_exit(const AutocastState* before) {
  return guarded([&] {
    if (at::autocast::decrement_nesting() == 0) at::autocast::clear_cache();
    ink::set_autocast(static_cast<at::DeviceType>(before->device), {before->enabled != 0, static_cast<at::ScalarType>(before->dtype)});
  });
}

// ----------------------------------------------------------------------------------------- chance and machine

INK_EXPORT int32_t ink_manual_seed(uint64_t seed) {
  return guarded([&] { at::manual_seed(seed); });
}

INK_EXPORT int32_t ink_generator_new(const char* device, uint64_t seed, void** handle) {
  return guarded([&] {
    at::Generator generator = at::globalContext().defaultGenerator(c10::Device(device)).clone();
    generator.set_current_seed(seed);
    *handle = new at::Generator(std::move(generator));
  });
}

INK_EXPORT void ink_generator_free(void* handle) { delete static_cast<at::Generator*>(handle); }

INK_EXPORT int32_t ink_generator_state(const void* handle, void** state) {
  return guarded([&] { *state = wrap(static_cast<const at::Generator*>(handle)->get_state()); });
}

INK_EXPORT int32_t ink_generator_set_state(void* handle, const void* state) {
  return guarded([&] { static_cast<at::Generator*>(handle)->set_state(tensor(state)); });
}

INK_EXPORT const char* ink_version() { return TORCH_VERSION; }
INK_EXPORT int32_t ink_threads() { return at::get_num_threads(); }
INK_EXPORT int32_t ink_set_threads(int32_t count) { return guarded([&] { at::set_num_threads(count); }); }

INK_EXPORT int32_t ink_cuda_devices(int32_t* count) {
  return guarded([&] { *count = at::hasCUDA() ? static_cast<int32_t>(at::getNumGPUs()) : 0; });
}

// libtorch's own description of its build and of the instructions it uses here. Valid until the thread's next call.
INK_EXPORT const char* ink_configuration() {
  static thread_local std::string text;
  return guarded([&] { text = at::show_config(); }) == 0 ? text.c_str() : "";
}
