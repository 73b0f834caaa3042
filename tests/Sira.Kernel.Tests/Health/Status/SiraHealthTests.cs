using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Sira.Kernel.Health.Status;
using Sira.Kernel.Resources;
using Sira.Kernel.Tests.Configuration.Versions;
using Sira.Kernel.Tests.Resources;

namespace Sira.Kernel.Tests.Health.Status;

public class SiraHealthTests
{
    [Fact]
    public void Check_IsAsTheWorst_WorstFirst_WithItsReasons()
    {
        var summary = Create(("fine", HealthStatus.Healthy, []), ("bad", HealthStatus.Unhealthy, ["It burns."]), ("so-so", HealthStatus.Degraded, ["It smokes.", "It smells."])).Check();

        Assert.Equal(HealthStatus.Unhealthy, summary.Status);
        Assert.Equal(["bad", "so-so", "fine"], summary.Components.Select(component => component.Name));
        Assert.Equal(["bad: It burns.", "so-so: It smokes.", "so-so: It smells."], summary.Reasons);
        Assert.Equal(HealthStatus.Healthy, new SiraHealth([]).Check().Status);
    }

    [Fact]
    public void Check_ComponentThatThrows_IsUnhealthy_AndHidesNoOther()
    {
        var summary = new SiraHealth([new Component("broken", () => throw new InvalidOperationException("no idea")), new Component("fine", () => ComponentHealth.Healthy("fine"))]).Check();

        Assert.Equal([("broken", HealthStatus.Unhealthy), ("fine", HealthStatus.Healthy)], summary.Components.Select(component => (component.Name, component.Status)));
        Assert.Equal(["broken: It could not tell how it is: InvalidOperationException: no idea."], summary.Reasons);
    }

    [Fact]
    public void Check_ComponentThatThrowsASecret_DoesNotTellIt()
    {
        var summary = new SiraHealth([new Component("broken", () => throw new InvalidOperationException("no access with sk-12345678901234567890 at db.example.com"))]).Check();

        Assert.Equal(["broken: It could not tell how it is: InvalidOperationException: no access with … at db.example.com."], summary.Reasons);
    }

    [Theory]
    [InlineData(HealthStatus.Healthy, HealthStatus.Healthy)]
    [InlineData(HealthStatus.Degraded, HealthStatus.Degraded)]
    [InlineData(HealthStatus.Unhealthy, HealthStatus.Degraded)]
    public async Task HealthCheck_TellsTheStatus_AndHeedsTheFailureStatusOfItsRegistration(HealthStatus status, HealthStatus expected)
    {
        var check = new SiraHealthCheck(Create(("a", status, status == HealthStatus.Healthy ? [] : ["It burns."])));

        var result = await check.CheckHealthAsync(new HealthCheckContext { Registration = new HealthCheckRegistration("sira", check, HealthStatus.Degraded, null) }, CancellationToken.None);

        Assert.Equal(expected, result.Status);
        Assert.Equal(status == HealthStatus.Healthy ? null : "a: It burns.", result.Description);
        Assert.Equal(status.ToString(), result.Data["a"]);
    }

    [Fact]
    public void Pools_UsedUp_Degrade_ButSlotsAndKeysOfFamiliesDoNot()
    {
        using var services = new ServiceCollection().AddSiraKernel().BuildServiceProvider();
        var (registry, health) = (services.GetRequiredService<ResourcePoolRegistry>(), services.GetRequiredService<ISiraHealth>());
        registry.GetOrAdd("slots", ResourcePoolDefinition.Concurrency(1)).MustTake(1);
        registry.GetOrAddFamily("budget of '{key}'", ResourcePoolDefinition.Total(1, ResourceUnit.Requests)).Get("acme").MustTake(1);
        Assert.Equal(HealthStatus.Healthy, health.Check().Status);

        registry.GetOrAdd("budget", ResourcePoolDefinition.Total(1, ResourceUnit.Requests)).MustTake(1);

        var summary = health.Check();
        Assert.Equal(HealthStatus.Degraded, summary.Status);
        Assert.Equal(["pools: The budget is used up: 1 requests of 1 requests. Raise it, or wait."], summary.Reasons);
    }

    [Fact]
    public async Task Configuration_LastReloadRejected_Degrades_UntilTheFileIsRight()
    {
        using var fixture = new ConfigurationFixture(settings: ("A", "1"));
        var health = new SiraHealth([new ConfigurationHealth(fixture.Configuration)]);

        fixture.Edit(("XWrong", "1"));
        Assert.Equal(HealthStatus.Degraded, health.Check().Status);
        Assert.Contains("version 2) has 1 mistake, so version 1 stays in force: Sira:XWrong: is wrong.", health.Check().ToString(), StringComparison.Ordinal);
        fixture.Edit(("XWrong", null));
        Assert.Equal(HealthStatus.Healthy, health.Check().Status);
        await Assert.ThrowsAsync<Sira.Kernel.Configuration.SiraConfigurationException>(() => fixture.ApplyAsync(("XWrong", "1")));
        Assert.Equal(HealthStatus.Healthy, health.Check().Status);
    }

    private static SiraHealth Create(params (string Name, HealthStatus Status, string[] Reasons)[] components) =>
        new(components.Select(component => new Component(component.Name, () => new ComponentHealth(component.Name, component.Status, component.Reasons))));

    private sealed class Component(string name, Func<ComponentHealth> check) : IHealthContributor
    {
        public string Name => name;

        public ComponentHealth Check() => check();
    }
}
