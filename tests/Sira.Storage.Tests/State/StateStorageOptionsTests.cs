using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Sira.Kernel.Configuration;
using Sira.Storage.State;
using Sira.Storage.Tests.Support;
using Sira.Testing;

namespace Sira.Storage.Tests.State;

public sealed class StateStorageOptionsTests
{
    [Fact]
    public void Validate_NamesEveryMistake()
    {
        var errors = new ConfigurationErrors();
        new StateStorageOptions { Namespace = "No!", Interval = TimeSpan.FromDays(2), Durability = (Sira.Storage.Capabilities.StorageDurability)77 }.Validate("Sira:State", errors);
        new StateStorageOptions { Lease = TimeSpan.FromSeconds(14) }.Validate("Sira:State", errors);

        Assert.Equal(["Namespace", "Interval", "Durability", "Lease"], errors.Items.Select(static error => error.Path["Sira:State:".Length..]));
        Assert.Contains("3 times the interval", errors.Items[^1].ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("State:Parts:0", "usage-leger", "usage-ledger")]
    [InlineData("State:Intervall", "00:00:01", "Interval")]
    [InlineData("State:Lease", "00:00:02", "3 times the interval")]
    public void Section_WithAMistake_IsRefusedNamingTheFix(string key, string value, string fix)
    {
        using var services = Build(static sira => sira.AddMemoryStorage().AddStateStorage(), (key, value));

        var failure = Assert.Throws<SiraConfigurationException>(() => services.GetRequiredService<IStateKeeper>());

        Assert.Contains(fix, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void EngineThatLacksSomething_IsRefused()
    {
        using var services = Build(static sira => sira.AddStorageEngine("poor", static _ => new ScriptedEngine(new Sira.Storage.Engines.Memory.MemoryEngine(), without: Sira.Storage.Capabilities.StorageFeatures.AtomicBatch)).AddStateStorage());

        var failure = Assert.Throws<SiraConfigurationException>(() => services.GetRequiredService<IStateKeeper>());

        Assert.Contains("the state of the process keeps the namespace 'state' in the engine 'poor'", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Durability_ThatTheEngineDoesNotHave_IsRefusedAtItsPlace()
    {
        using var services = Build(static sira => sira.AddMemoryStorage().AddStateStorage(), ("State:Durability", "PowerLoss"));

        var failure = Assert.Throws<SiraConfigurationException>(() => services.GetRequiredService<IStateKeeper>());

        Assert.Equal("Sira:State:Durability", Assert.Single(failure.Errors).Path);
        Assert.Contains("the state of the process keeps the namespace 'state' in the engine 'memory', which has writes that survive Process at most, and PowerLoss is asked", failure.Message, StringComparison.Ordinal);
    }

    private static ServiceProvider Build(Action<Sira.Kernel.Builder.ISiraBuilder> configure, params (string Key, string Value)[] settings)
    {
        var services = new ServiceCollection().AddLogging();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(settings.Select(static setting => KeyValuePair.Create($"Sira:{setting.Key}", (string?)setting.Value))).Build());
        services.AddSira(configure).AddBackend("mine", static _ => new ScriptedChatClient());
        return services.BuildServiceProvider();
    }
}
