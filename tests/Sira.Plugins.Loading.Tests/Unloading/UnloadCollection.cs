namespace Sira.Plugins.Loading.Tests.Unloading;

/// <summary>Tests that let plugins misbehave in this process, one after the other and beside no others: they share what the host leaves within reach, and its stacks.</summary>
[CollectionDefinition(nameof(UnloadCollection), DisableParallelization = true)]
public sealed class UnloadCollection;
