using System.Runtime.Loader;
using Microsoft.Extensions.Logging;
using Sira.Plugins.Loading.Healing;

namespace Sira.Plugins.Loading.Tests.Healing;

public class ContextHealingTests
{
    [Fact]
    public void Heal_ByAHealerThatThrows_SaysSoOnceAndGoesOnWithTheOthers()
    {
        var log = new ListLogger();
        var other = new Healer();
        var healing = new ContextHealing([new Healer { Heals = "broken", Throws = true }, other], log);

        healing.Heal(AssemblyLoadContext.Default, isStubborn: false);
        healing.Heal(AssemblyLoadContext.Default, isStubborn: false);

        Assert.Equal(2, other.Calls);
        Assert.Single(log.Lines, static line => line.Contains("broken", StringComparison.Ordinal));
    }

    [Fact]
    public void Heal_OnARuntimeThatLacksAMember_SaysSoOnceAndLeavesItOut()
    {
        var log = new ListLogger();
        var healer = new Healer { Missing = "TimerQueue.Instances" };
        var healing = new ContextHealing([healer], log);

        healing.Heal(AssemblyLoadContext.Default, isStubborn: true);

        Assert.Equal(0, healer.Calls);
        Assert.Contains("TimerQueue.Instances", Assert.Single(log.Lines), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false, 0)]
    [InlineData(true, 1)]
    public void Heal_AtACost_IsOnlyForStubbornContexts(bool isStubborn, int calls)
    {
        var healer = new Healer { IsCostly = true };
        new ContextHealing([healer], new ListLogger()).Heal(AssemblyLoadContext.Default, isStubborn);
        Assert.Equal(calls, healer.Calls);
    }

    private sealed class Healer : ILeakHealer
    {
        public string Heals { get; init; } = "things";

        public string? Missing { get; init; }

        public bool IsCostly { get; init; }

        public bool Throws { get; init; }

        public int Calls { get; private set; }

        public int Heal(AssemblyLoadContext context)
        {
            Calls++;
            return Throws ? throw new InvalidCastException("changed") : 0;
        }
    }

    private sealed class ListLogger : ILogger<ContextHealing>
    {
        public List<string> Lines { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => Lines.Add(formatter(state, exception));
    }
}
