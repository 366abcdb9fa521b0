// The only place that knows one libtorch from another: 1.13 to the newest 2.x.
#pragma once

#include <ATen/autocast_mode.h>
#include <c10/util/intrusive_ptr.h>
#include <torch/csrc/autograd/edge.h>
#include <torch/csrc/autograd/function.h>
#include <torch/version.h>

#include <memory>
#include <type_traits>
#include <utility>

#define INK_TORCH_AT_LEAST(major, minor) \
  (TORCH_VERSION_MAJOR > (major) || (TORCH_VERSION_MAJOR == (major) && TORCH_VERSION_MINOR >= (minor)))

#if INK_TORCH_AT_LEAST(2, 4)
#include <optional>
#else
#include <c10/util/Optional.h>
#endif

namespace ink {

// c10::optional became an alias of std::optional and went away later.
#if INK_TORCH_AT_LEAST(2, 4)
template <class T> using Optional = std::optional<T>;
#else
template <class T> using Optional = c10::optional<T>;
#endif

struct Autocast {
  bool enabled;
  at::ScalarType dtype;
};

// Before 2.4 autocast had one pair of functions a device; since then the device type is an argument.
#if INK_TORCH_AT_LEAST(2, 4)
inline Autocast autocast_of(at::DeviceType device) {
  return {at::autocast::is_autocast_enabled(device), at::autocast::get_autocast_dtype(device)};
}

inline void set_autocast(at::DeviceType device, Autocast state) {
  at::autocast::set_autocast_enabled(device, state.enabled);
  at::autocast::set_autocast_dtype(device, state.dtype);
}
#else
inline Autocast autocast_of(at::DeviceType device) {
  TORCH_CHECK(device == at::kCPU || device == at::kCUDA, "autocast knows cpu and cuda, not ", device);
  return device == at::kCPU
      ? Autocast{at::autocast::is_cpu_enabled(), at::autocast::get_autocast_cpu_dtype()}
      : Autocast{at::autocast::is_enabled(), at::autocast::get_autocast_gpu_dtype()};
}

inline void set_autocast(at::DeviceType device, Autocast state) {
  TORCH_CHECK(device == at::kCPU || device == at::kCUDA, "autocast knows cpu and cuda, not ", device);
  if (device == at::kCPU) {
    at::autocast::set_cpu_enabled(state.enabled);
    at::autocast::set_autocast_cpu_dtype(state.dtype);
  } else {
    at::autocast::set_enabled(state.enabled);
    at::autocast::set_autocast_gpu_dtype(state.dtype);
  }
}
#endif

// The graph held its nodes by std::shared_ptr and, since 2.13, holds them by c10::intrusive_ptr: an edge's end tells.
using NodePointer = decltype(torch::autograd::Edge::function);

template <class NodeType, class... Arguments> NodePointer make_node(Arguments&&... arguments) {
  if constexpr (std::is_same_v<NodePointer, std::shared_ptr<torch::autograd::Node>>) {
    // Found by its argument, because later headers do not know this deleter (it keeps deep graphs off the stack).
    return NodePointer(new NodeType(std::forward<Arguments>(arguments)...), [](NodeType* node) { deleteNode(node); });
  } else {
    return c10::make_intrusive<NodeType>(std::forward<Arguments>(arguments)...);
  }
}

}  // namespace ink
