using Microsoft.Extensions.Logging.Abstractions;
using Sira.Kernel.Backup;
using Sira.Simulation.Time;
using Sira.Storage.Engines.Memory;
using Sira.Storage.Keys;
using Sira.Storage.State;
using Sira.Storage.Tests.Support;

namespace Sira.Storage.Tests.State;

/// <summary>Processes that keep their state in one engine, in virtual time.</summary>
public abstract class KeeperSetup : IAsyncDisposable
{
    private readonly List<StateKeeper> keepers = [];
    private readonly MemoryEngine memory;

    protected KeeperSetup()
    {
        memory = new MemoryEngine(time: Clock);
        Engine = new ScriptedEngine(memory);
    }

    internal VirtualTimeProvider Clock { get; } = new();

    internal ScriptedEngine Engine { get; }

    internal StateStorageOptions Options { get; set; } = new();

    public async ValueTask DisposeAsync()
    {
        foreach (var keeper in keepers)
        {
            keeper.Dispose();
        }

        await memory.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>Makes a process that has not been started.</summary>
    internal StateKeeper Create(params IStateParticipant[] parts)
    {
        var keeper = new StateKeeper(Engine, new StateParticipants(parts, Clock), Options, null, Clock, NullLogger<StateKeeper>.Instance);
        keepers.Add(keeper);
        return keeper;
    }

    internal async Task<StateKeeper> StartAsync(params IStateParticipant[] parts)
    {
        var keeper = Create(parts);
        await keeper.StartAsync();
        return keeper;
    }

    /// <summary>What a process has that is started now and stopped again.</summary>
    internal async Task<Tally> ReadAsync(string name = "tally")
    {
        var tally = new Tally(name);
        var keeper = await StartAsync(tally);
        await keeper.StopAsync();
        return tally;
    }

    /// <summary>Lets the leases of those run out who are not heard of.</summary>
    internal void Forget() => Clock.Advance(Options.Lease + TimeSpan.FromSeconds(1));

    internal async Task<string[]> NamesAsync(string prefix)
    {
        var page = await memory.Store.ScanAsync(new StoreScan(new StorePartition(Options.Namespace), prefix) { PageSize = 10_000 });
        return [.. page.Items.Select(static item => item.Name)];
    }
}
