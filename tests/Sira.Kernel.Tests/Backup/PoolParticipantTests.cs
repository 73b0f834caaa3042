using Microsoft.Extensions.DependencyInjection;
using Sira.Kernel.Backup;
using Sira.Kernel.Resources;
using Sira.Kernel.Tests.Resources;
using Sira.Kernel.Time;
using Sira.Simulation.Time;

namespace Sira.Kernel.Tests.Backup;

public class PoolParticipantTests
{
    private static readonly DateTimeOffset Start = new(2026, 2, 3, 4, 5, 6, TimeSpan.Zero);
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task SlidingWindow_CountsOnAsBefore_AndNeverShorter(int seed)
    {
        var random = new SeededRandomSource(seed);
        var (before, after) = (new Process(Start), default(Process));
        var pool = before.Registry.GetOrAdd("calls", ResourcePoolDefinition.Sliding(1_000_000, Hour, ResourceUnit.Requests));
        var taken = new List<(DateTimeOffset At, long Amount)>();
        for (var i = 0; i < 200; i++)
        {
            before.Clock.Advance(TimeSpan.FromSeconds(random.Next(40)));
            taken.Add((before.Clock.GetUtcNow(), 1 + random.Next(100)));
            pool.MustTake(taken[^1].Amount).Settle([taken[^1].Amount]);
        }

        // A new process, some minutes later, whose clock counts from another moment.
        after = new Process(before.Clock.GetUtcNow() + TimeSpan.FromMinutes(random.Next(30)));
        var restored = after.Registry.GetOrAdd("calls", ResourcePoolDefinition.Sliding(1_000_000, Hour, ResourceUnit.Requests));
        await after.RestoreAsync(await before.SaveAsync());

        // Never shorter than the window, and no more than two of its 63 periods longer: one by the pool's own rule, one by the new clock.
        var longest = Hour * 66 / 63;
        for (var i = 0; i < 80; i++)
        {
            var now = after.Clock.GetUtcNow();
            Assert.InRange(restored.Used, taken.Where(use => now - use.At < Hour).Sum(use => use.Amount), taken.Where(use => now - use.At <= longest).Sum(use => use.Amount));
            after.Clock.Advance(TimeSpan.FromMinutes(1));
        }

        Assert.Equal(0, restored.Used);
    }

    [Fact]
    public async Task FixedWindowsMonthsAndTotals_KeepWhatIsUsed_WhileTheirWindowLasts()
    {
        foreach (var (later, day, month) in ((TimeSpan, long, long)[])[(TimeSpan.FromHours(2), 10, 20), (TimeSpan.FromDays(1), 0, 20), (TimeSpan.FromDays(26), 0, 0)])
        {
            var before = new Process(Start);
            Define(before, 10, 20, 30);
            var after = new Process(Start + later);
            Define(after, 0, 0, 0);

            await after.RestoreAsync(await before.SaveAsync());

            Assert.Equal((day, month, 30L), (after.Used("day"), after.Used("month"), after.Used("total")));
        }
    }

    [Fact]
    public async Task Restore_AddsToWhatThisProcessHasUsed_AndReservationsThatWereUnderWayCount()
    {
        var before = new Process(Start);
        Define(before, 10, 20, 30);
        _ = before.Registry.GetOrAdd("day", Day).MustTake(5);
        var after = new Process(Start + TimeSpan.FromMinutes(1));
        Define(after, 1, 2, 3);
        var running = after.Registry.GetOrAdd("day", Day).MustTake(40);

        await after.RestoreAsync(await before.SaveAsync());
        running.Settle([7]);

        Assert.Equal((10 + 5 + 1 + 7, 22L, 33L), (after.Used("day"), after.Used("month"), after.Used("total")));
    }

    [Fact]
    public async Task Families_AndPoolsThatAreNotDefinedYet_AreRestored()
    {
        var before = new Process(Start);
        before.Registry.GetOrAddFamily("money of '{key}'", Day).Get("acme").MustTake(60).Settle([60]);
        Define(before, 10, 20, 30);
        var after = new Process(Start + TimeSpan.FromMinutes(1));

        await after.RestoreAsync(await before.SaveAsync());

        Assert.Equal(60, after.Registry.GetOrAddFamily("money of '{key}'", Day).Get("acme").Used);
        Assert.Equal(10, after.Registry.GetOrAdd("day", Day with { }).Used);
    }

    [Fact]
    public async Task OtherUnit_IsLeftOut_AndTold()
    {
        var before = new Process(Start);
        Define(before, 10, 20, 30);
        var after = new Process(Start + TimeSpan.FromMinutes(1));
        after.Registry.GetOrAdd("day", ResourcePoolDefinition.Fixed(100, TimeSpan.FromDays(1), ResourceUnit.Tokens));

        var report = await after.RestoreAsync(await before.SaveAsync());

        Assert.Equal(0, after.Used("day"));
        Assert.Equal(["The day counted requests and counts tokens now, so what was used of it is left out."], report.Sections.Single(section => section.Name == "resource-pools").Notes);
    }

    [Fact]
    public async Task Undo_TakesBackWhatWasAdded()
    {
        var before = new Process(Start);
        Define(before, 10, 20, 30);
        var last = new FakeParticipant("zz", [1]);
        var file = await before.SaveAsync(last);
        var after = new Process(Start + TimeSpan.FromMinutes(1));
        Define(after, 1, 2, 3);

        await Assert.ThrowsAsync<StateBackupException>(() => after.RestoreAsync(file, new FakeParticipant("zz", [1]) { OnCommit = () => throw new InvalidOperationException("no") }));

        Assert.Equal((1L, 2L, 3L), (after.Used("day"), after.Used("month"), after.Used("total")));
    }

    private static ResourcePoolDefinition Day => ResourcePoolDefinition.Fixed(100, TimeSpan.FromDays(1), ResourceUnit.Requests);

    private static void Define(Process process, long day, long month, long total)
    {
        process.Registry.GetOrAdd("day", Day).MustTake(day).Settle([day]);
        process.Registry.GetOrAdd("month", ResourcePoolDefinition.CalendarMonth(100, ResourceUnit.Requests)).MustTake(month).Settle([month]);
        process.Registry.GetOrAdd("total", ResourcePoolDefinition.Total(100, ResourceUnit.Requests)).MustTake(total).Settle([total]);
    }

    private sealed class Process(DateTimeOffset start)
    {
        private ServiceProvider? services;

        public VirtualTimeProvider Clock { get; } = new(start);

        public ResourcePoolRegistry Registry => Services.GetRequiredService<ResourcePoolRegistry>();

        private ServiceProvider Services => services ??= new ServiceCollection().AddSingleton<TimeProvider>(Clock).AddSiraKernel().BuildServiceProvider();

        public long Used(string pool) => Registry.TryGet(pool, out var found) ? found.Used : -1;

        public async Task<byte[]> SaveAsync(params IStateParticipant[] further)
        {
            var stream = new MemoryStream();
            await Backup(further).SaveAsync(stream);
            return stream.ToArray();
        }

        public Task<BackupReport> RestoreAsync(byte[] file, params IStateParticipant[] further) => Backup(further).RestoreAsync(new MemoryStream(file));

        private IStateBackup Backup(IStateParticipant[] further) =>
            further.Length == 0 ? Services.GetRequiredService<IStateBackup>() : new StateBackup(new StateParticipants([.. Services.GetServices<IStateParticipant>(), .. further], Clock), Clock);
    }
}
