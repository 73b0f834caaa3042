using Sira.Kernel.Backup;

namespace Sira.Kernel.Tests.Backup;

/// <summary>A part whose state is bytes.</summary>
internal sealed class FakeParticipant(string name, byte[]? state = null) : IStateParticipant
{
    public byte[]? State { get; set; } = state;

    public List<string> Calls { get; } = [];

    public Func<Stream, Task>? OnSave { get; set; }

    public Func<Stream, Task>? OnPrepare { get; set; }

    public Action? OnCommit { get; set; }

    public string Name => name;

    public int SchemaVersion { get; init; } = 1;

    public IStateCapture Capture() => new Snapshot(this, [.. State!]);

    public async ValueTask<IStateRestore> PrepareAsync(Stream section, StateSectionInfo info, CancellationToken cancellationToken)
    {
        Calls.Add($"prepare {info.SchemaVersion}");
        if (OnPrepare is not null)
        {
            await OnPrepare(section);
        }

        var read = new MemoryStream();
        await section.CopyToAsync(read, cancellationToken);
        return new Restore(this, read.ToArray());
    }

    private sealed class Snapshot(FakeParticipant owner, byte[] state) : IStateCapture
    {
        public async ValueTask SaveAsync(Stream destination, CancellationToken cancellationToken)
        {
            if (owner.OnSave is not null)
            {
                await owner.OnSave(destination);
            }

            await destination.WriteAsync(state, cancellationToken);
        }
    }

    private sealed class Restore(FakeParticipant owner, byte[] state) : IStateRestore
    {
        private readonly byte[]? before = owner.State;

        public IReadOnlyList<string> Notes => [$"{state.Length} bytes."];

        public ValueTask CommitAsync(CancellationToken cancellationToken)
        {
            owner.Calls.Add("commit");
            owner.OnCommit?.Invoke();
            owner.State = state;
            return ValueTask.CompletedTask;
        }

        public ValueTask UndoAsync()
        {
            owner.Calls.Add("undo");
            owner.State = before;
            return ValueTask.CompletedTask;
        }
    }
}
