namespace Sira.Storage.Migration.Records;

/// <summary>What is written down of a migration.</summary>
internal sealed record MigrationRecord(int Version, MigrationPhase Phase, string Namespace, string Source, string Target, DateTimeOffset WrittenAt)
{
    public const int CurrentVersion = 1;
}
