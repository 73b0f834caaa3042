namespace Sira.Session.Tests.Support;

/// <summary>Notes whose keys were to be destroyed.</summary>
internal sealed class RecordingEraser : ISubjectEraser
{
    public List<(string? Tenant, string Subject)> Erased { get; } = [];

    public ValueTask EraseAsync(string? tenant, string subject, CancellationToken cancellationToken = default)
    {
        lock (Erased)
        {
            Erased.Add((tenant, subject));
        }

        return ValueTask.CompletedTask;
    }
}
