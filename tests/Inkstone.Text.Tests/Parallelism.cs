using Xunit;

// Some tests count the bytes that the process holds, so nothing may run beside them.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
