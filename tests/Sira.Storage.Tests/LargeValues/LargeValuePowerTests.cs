using Sira.Simulation.Time;
using Sira.Storage.Keys;
using Sira.Storage.LargeValues;
using Sira.Storage.Writing;

namespace Sira.Storage.Tests.LargeValues;

/// <summary>Two engines in a power failure: each loses, or does not lose, what it may.</summary>
public sealed class LargeValuePowerTests
{
    private static readonly StoreKey Key = new("notes", "a", "acme");

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    public async Task PowerFails_AtAnyMoment_NoPointerIsWithoutItsValue_AndWhatHadToLastIsThere(int seed)
    {
        var (random, clock) = (new Random(seed), new VirtualTimeProvider());
        var (main, large) = (new PowerEngine(clock), new PowerEngine(clock));

        // What a key may have after the next failure: what lasts, and whatever was written since.
        var model = new Dictionary<string, HashSet<int>>();
        for (var round = 0; round < 60; round++)
        {
            await using var engine = new LargeValueEngine(main, large, new LargeValueOptions { Over = 100, Namespaces = [seed % 2 == 0 ? "*" : "note*"] }, clock, leaveOpen: true);
            for (var i = random.Next(8); i > 0; i--)
            {
                var key = Key with { Name = $"{random.Next(3)}" };
                var length = random.Next(3) switch { 0 => 0, 1 => random.Next(1, 100), _ => random.Next(101, 1000) };
                var lasts = random.Next(4) == 0;
                Capabilities.StorageDurability? durability = lasts ? Capabilities.StorageDurability.PowerLoss : null;
                if (length == 0)
                {
                    await engine.Store.DeleteAsync(key, new() { Durability = durability });
                }
                else if (random.Next(2) == 0)
                {
                    await engine.Store.PutAsync(key, new byte[length], new() { Durability = durability });
                }
                else
                {
                    await engine.Store.WriteAsync(new StoreBatch { Durability = durability }.Put(key, new byte[length]));
                }

                model[key.Name] = lasts ? [length] : [.. model.GetValueOrDefault(key.Name, [0]), length];
            }

            if (random.Next(4) == 0)
            {
                clock.Advance(TimeSpan.FromHours(2));
                await engine.SweepAsync();
            }

            await main.FailAsync(isLucky: random.Next(2) == 0);
            await large.FailAsync(isLucky: random.Next(2) == 0);
            foreach (var (name, lengths) in model)
            {
                var found = (await engine.Store.GetAsync(Key with { Name = name }))?.Value.Length ?? 0;
                Assert.True(lengths.Contains(found), $"seed {seed}, round {round}: '{name}' has {found} bytes and should have one of {string.Join(", ", lengths)}.");
                model[name] = [found];
            }
        }
    }

    [Fact]
    public async Task PowerFails_AfterASweep_WhatItRemovedIsNotAskedForAgain()
    {
        var clock = new VirtualTimeProvider();
        var (main, large) = (new PowerEngine(clock), new PowerEngine(clock));
        await using var engine = new LargeValueEngine(main, large, new LargeValueOptions { Over = 100 }, clock);
        await using var narrowed = new LargeValueEngine(main, large, new LargeValueOptions { Over = 100, Namespaces = ["other"] }, clock, leaveOpen: true);
        await engine.Store.PutAsync(Key, new byte[1000], new() { Durability = Capabilities.StorageDurability.PowerLoss });

        // Where no value is large any more, a write does not look for one that it replaces; it need not survive, and the sweep comes before it does.
        await narrowed.Store.PutAsync(Key, new byte[5]);
        clock.Advance(TimeSpan.FromHours(2));
        Assert.Equal(1, (await narrowed.SweepAsync()).Removed);
        await main.FailAsync(isLucky: false);

        Assert.Equal(5, (await engine.Store.GetAsync(Key))!.Value.Value.Length);
    }
}
