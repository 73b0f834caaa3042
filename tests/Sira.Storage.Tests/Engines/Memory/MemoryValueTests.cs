using Sira.Storage.Conformance;
using Sira.Storage.Engines.Memory;

namespace Sira.Storage.Tests.Engines.Memory;

public sealed class MemoryValueTests : ValueConformance
{
    protected override ValueTask<IStorageEngine> CreateAsync() => ValueTask.FromResult<IStorageEngine>(new MemoryEngine());
}
