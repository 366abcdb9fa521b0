using Xunit;

// libtorch's threads, seed and count of live tensors belong to the process, so tests take turns.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
