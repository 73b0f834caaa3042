using Sira.Kernel.Backup;
using Sira.Kernel.Time;
using Sira.Simulation.Time;

namespace Sira.Kernel.Tests.Backup;

public sealed class StateBackupTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("sira-backup-").FullName;
    private readonly VirtualTimeProvider clock = new();

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(65_536)]
    [InlineData(65_537)]
    [InlineData(1_000_000)]
    public async Task Restore_GivesEachPartWhatItWrote(int length)
    {
        var file = await SaveAsync(new FakeParticipant("a", Bytes(length, 1)), new FakeParticipant("b", Bytes(7, 2)));
        var (a, b) = (new FakeParticipant("a"), new FakeParticipant("b"));

        var report = await Create(b, a).RestoreAsync(new UnseekableStream(file, seed: length));

        Assert.Equal(Bytes(length, 1), a.State);
        Assert.Equal(Bytes(7, 2), b.State);
        Assert.Equal([("a", (long)length), ("b", 7L)], report.Sections.Select(section => (section.Name, section.Bytes)));
        Assert.Equal(["7 bytes."], report.Sections[1].Notes);
        Assert.Equal(file.Length, report.Bytes);
        Assert.Equal((report.Id, report.Sha256), await InspectAsync(file));
    }

    [Fact]
    public async Task Restore_OfAFileWithAnyByteChanged_IsRefused_AndChangesNothing()
    {
        var file = await SaveAsync(new FakeParticipant("a", Bytes(300, 1)), new FakeParticipant("b", Bytes(40, 2)));
        for (var at = 0; at < file.Length; at++)
        {
            foreach (var flip in (byte[])[0x01, 0x80, 0xFF])
            {
                var damaged = file.ToArray();
                damaged[at] ^= flip;
                await RefuseAsync(damaged);
            }
        }
    }

    [Fact]
    public async Task Restore_OfATornFile_OrOneWithMoreBehindIt_IsRefused()
    {
        var file = await SaveAsync(new FakeParticipant("a", Bytes(300, 1)), new FakeParticipant("b", Bytes(40, 2)));
        for (var length = 0; length < file.Length; length++)
        {
            await RefuseAsync(file[..length]);
        }

        Assert.Contains("something else comes after it", (await RefuseAsync([.. file, 0])).Message, StringComparison.Ordinal);
        Assert.Contains("This is no backup of Sira", (await RefuseAsync("PK\u0003\u0004 a zip file, maybe"u8.ToArray())).Message, StringComparison.Ordinal);
        Assert.Contains("breaks off after byte", (await RefuseAsync(file[..^1])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Restore_OfRandomBytes_IsRefused()
    {
        for (var seed = 0; seed < 300; seed++)
        {
            await RefuseAsync([.. "SIRA-BK\u0001"u8, .. Bytes(500, seed)]);
        }
    }

    [Fact]
    public async Task Restore_IntoTheProcessThatWroteIt_OrTwice_IsRefused()
    {
        var writer = Create(new FakeParticipant("a", [1]));
        var first = new MemoryStream();
        await writer.SaveAsync(first);
        var reader = Create(new FakeParticipant("a", [2]));

        await Assert.ThrowsAsync<StateBackupException>(() => writer.RestoreAsync(new MemoryStream(first.ToArray())));
        await reader.RestoreAsync(new MemoryStream(first.ToArray()));
        var later = new MemoryStream();
        await writer.SaveAsync(later);
        await Assert.ThrowsAsync<StateBackupException>(() => reader.RestoreAsync(new MemoryStream(later.ToArray())));

        // What the reader writes holds the writer's state as well.
        var heir = new MemoryStream();
        await reader.SaveAsync(heir);
        await Assert.ThrowsAsync<StateBackupException>(() => writer.RestoreAsync(new MemoryStream(heir.ToArray())));
    }

    [Fact]
    public async Task Restore_WithPartsThatAreGone_IsRefusedUnlessToldTo_AndNewPartsKeepTheirs()
    {
        var file = await SaveAsync(new FakeParticipant("a", [1]), new FakeParticipant("gone", [2]));
        var (a, fresh) = (new FakeParticipant("a", [9]), new FakeParticipant("new", [8]));
        var backup = Create(a, fresh);

        var exception = await Assert.ThrowsAsync<StateBackupException>(() => backup.RestoreAsync(new MemoryStream(file)));
        Assert.Contains("no part of this process knows: gone", exception.Message, StringComparison.Ordinal);
        Assert.Equal([9], a.State!);

        var report = await backup.RestoreAsync(new MemoryStream(file), new RestoreOptions { IgnoreUnknown = true });
        Assert.Equal([1], a.State!);
        Assert.Equal([8], fresh.State!);
        Assert.Equal(["gone"], report.Unknown);
        Assert.Equal(["new"], report.Missing);
    }

    [Fact]
    public async Task Restore_OfANewerForm_IsRefused_AndOfAnOlderOneIsRead()
    {
        var newer = await SaveAsync(new FakeParticipant("a", [1]) { SchemaVersion = 3 });
        var exception = await Assert.ThrowsAsync<StateBackupException>(() => Create(new FakeParticipant("a") { SchemaVersion = 2 }).RestoreAsync(new MemoryStream(newer)));
        Assert.Contains("in form 3, and this process reads forms up to 2", exception.Message, StringComparison.Ordinal);

        var a = new FakeParticipant("a") { SchemaVersion = 4 };
        await Create(a).RestoreAsync(new MemoryStream(newer));
        Assert.Equal(["prepare 3", "commit"], a.Calls);
    }

    [Fact]
    public async Task Restore_PartThatThrowsOrHangs_LeavesAllAsTheyWere()
    {
        var file = await SaveAsync(new FakeParticipant("a", [1]), new FakeParticipant("b", [2]), new FakeParticipant("c", [3]));
        foreach (var (onPrepare, onCommit, expected) in ((Func<Stream, Task>?, Action?, string)[])[
            (_ => throw new FormatException("bad state"), null, "'b' could not read its state: FormatException: bad state."),
            (_ => new TaskCompletionSource().Task, null, "'b' did not read its state within 300 s."),
            (null, () => throw new InvalidOperationException("no room"), "'b' could not put its state in place: InvalidOperationException: no room.")])
        {
            var parts = new[] { new FakeParticipant("a", [9]), new FakeParticipant("b", [8]) { OnPrepare = onPrepare, OnCommit = onCommit }, new FakeParticipant("c", [7]) };

            var exception = await Assert.ThrowsAsync<StateBackupException>(() => clock.RunAsync(() => Create(parts).RestoreAsync(new MemoryStream(file))));

            Assert.Contains(expected, exception.Message, StringComparison.Ordinal);
            Assert.Equal([9, 8, 7], parts.Select(part => part.State![0]));
            Assert.DoesNotContain("commit", parts[2].Calls);
        }
    }

    [Fact]
    public async Task Save_PartThatThrowsOrHangs_LeavesTheOlderFile_AndNothingElse()
    {
        var path = Path.Combine(folder, "state.bak");
        await Create(new FakeParticipant("a", [1])).SaveAsync(path);
        var before = await File.ReadAllBytesAsync(path);
        Stream? left = null;
        foreach (var onSave in (Func<Stream, Task>[])[_ => throw new FormatException("bad state"), stream => Hang(stream, out left)])
        {
            await Assert.ThrowsAsync<StateBackupException>(() => clock.RunAsync(() => Create(new FakeParticipant("a", [1]) { OnSave = onSave }).SaveAsync(path)));
        }

        Assert.Throws<ObjectDisposedException>(() => left!.Write([1, 2, 3]));
        Assert.Equal(before, await File.ReadAllBytesAsync(path));
        Assert.Single(Directory.EnumerateFiles(folder));
    }

    [Fact]
    public async Task Save_IsOfTheInstantAtWhichItBegan()
    {
        var (a, b) = (new FakeParticipant("a", [1]), new FakeParticipant("b", [1]));
        a.OnSave = _ =>
        {
            b.State = [2];
            return Task.CompletedTask;
        };
        var file = await SaveAsync(a, b);

        var restored = new FakeParticipant("b");
        await Create(new FakeParticipant("a"), restored).RestoreAsync(new MemoryStream(file));
        Assert.Equal([1], restored.State!);
    }

    [Fact]
    public async Task Save_Cancelled_EndsAtEveryStep()
    {
        for (var steps = 0; ; steps++)
        {
            using var cancelled = new CancellationTokenSource();
            var writes = 0;
            var part = new FakeParticipant("a", Bytes(200_000, 1)) { OnSave = _ => Task.CompletedTask };
            var destination = new CountingStream(() =>
            {
                if (writes++ == steps)
                {
                    cancelled.Cancel();
                }
            });
            var saved = Create(part).SaveAsync(destination, cancelled.Token);
            if (!cancelled.IsCancellationRequested)
            {
                Assert.Equal(200_000, (await saved).Sections[0].Bytes);
                Assert.InRange(steps, 5, 100);
                break;
            }

            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => saved);
        }
    }

    [Fact]
    public void Create_TwoPartsOfOneName_IsRefused() =>
        Assert.Throws<ArgumentException>(() => Create(new FakeParticipant("a"), new FakeParticipant("a")));

    private static Task Hang(Stream stream, out Stream left)
    {
        left = stream;
        return new TaskCompletionSource().Task;
    }

    private static byte[] Bytes(int length, int seed)
    {
        var random = new SeededRandomSource(seed);
        return [.. Enumerable.Range(0, length).Select(_ => (byte)random.Next(256))];
    }

    private async Task<StateBackupException> RefuseAsync(byte[] file)
    {
        var (a, b) = (new FakeParticipant("a", [9]), new FakeParticipant("b", [8]));
        var exception = await Assert.ThrowsAsync<StateBackupException>(() => Create(a, b).RestoreAsync(new MemoryStream(file)));
        Assert.Equal([9], a.State!);
        Assert.Equal([8], b.State!);
        await Assert.ThrowsAsync<StateBackupException>(() => Create().InspectAsync(new MemoryStream(file)));
        return exception;
    }

    private StateBackup Create(params FakeParticipant[] participants) => new(new StateParticipants(participants, clock), clock);

    private async Task<byte[]> SaveAsync(params FakeParticipant[] participants)
    {
        var stream = new MemoryStream();
        await Create(participants).SaveAsync(stream);
        return stream.ToArray();
    }

    private async Task<(Guid, string)> InspectAsync(byte[] file)
    {
        var report = await Create().InspectAsync(new MemoryStream(file));
        Assert.Equal(["a", "b"], report.Unknown);
        return (report.Id, report.Sha256);
    }
}
