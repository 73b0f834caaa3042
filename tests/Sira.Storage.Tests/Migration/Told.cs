using Sira.Storage.Migration;

namespace Sira.Storage.Tests.Migration;

/// <summary>Hears of progress on the thread that makes it.</summary>
internal sealed class Told(Action<MigrationProgress> told) : IProgress<MigrationProgress>
{
    public void Report(MigrationProgress value) => told(value);
}
