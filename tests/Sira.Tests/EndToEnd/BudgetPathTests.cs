using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Sira.Decisions;
using Sira.Errors;
using Sira.Gateway.Budgets;
using Sira.Gateway.Configuration;
using Sira.Requests;
using Sira.Simulation.Answers;
using Sira.Simulation.Time;

namespace Sira.Tests.EndToEnd;

/// <summary>Every way to a model goes through the budgets, on every wire: whole answers, streams, and each round of the tool loop.</summary>
public sealed class BudgetPathTests
{
    public static TheoryData<string, bool> Ways => new(from wire in SimulatedSira.Wires from streaming in (bool[])[false, true] select (wire, streaming));

    private static SiraChatOptions Options(SimulatedSira sira, string? modelId = null) =>
        new() { ModelId = modelId, Request = new RequestContext(sira.Clock.GetTimestamp()) { Tenant = "acme" } };

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task ToolLoop_SpendsItsTenantsBudgetInEachRound(string wire, bool streaming)
    {
        // Two rounds are needed for the answer, and the third call has none.
        await using var sira = new SimulatedSira(
            wire,
            configure: builder => builder.UseTools().ConfigureGateway(options => options.Budgets.Add(new BudgetOptions { Requests = 2, For = BudgetScope.Tenant })));
        sira.Primary.RespondInOrder([SimulatedAnswer.CallTool("look"), "done"]);
        var options = Options(sira);
        options.Tools = [AIFunctionFactory.Create(() => "seen", "look")];

        await sira.AskAsync(streaming, options);
        var exception = await Assert.ThrowsAsync<RequestFailedException>(() => sira.AskAsync(streaming, Options(sira)));

        Assert.Equal(2, sira.Primary.RequestCount);
        Assert.Equal(RequestFailureKind.BudgetExceeded, exception.Kind);
        Assert.Contains("request budget of tenant 'acme' on all routes", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task ToolLoop_StopsInTheMiddle_WhereTheBudgetEnds(string wire, bool streaming)
    {
        await using var sira = new SimulatedSira(
            wire,
            configure: builder => builder.UseTools().ConfigureGateway(options => options.Budgets.Add(new BudgetOptions { Requests = 1, For = BudgetScope.Tenant })));
        sira.Primary.RespondInOrder([SimulatedAnswer.CallTool("look"), "done"]);
        var options = Options(sira);
        options.Tools = [AIFunctionFactory.Create(() => "seen", "look")];

        var exception = await Assert.ThrowsAsync<RequestFailedException>(() => sira.AskAsync(streaming, options));

        Assert.Equal((RequestFailureKind.BudgetExceeded, 1), (exception.Kind, sira.Primary.RequestCount));
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task StrictBudget_LimitsTheOutputOnTheWire(string wire, bool streaming)
    {
        await using var sira = new SimulatedSira(wire, route => route.Budget(new BudgetOptions { Tokens = 400, Strict = true, For = BudgetScope.Tenant }));

        var response = await sira.AskAsync(streaming, Options(sira));

        var limit = Assert.Single(response.GetRouteDecision()!.Attempts).OutputLimit;
        Assert.InRange(limit!.Value, 16, 143);
        Assert.Contains(limit.Value.ToString(System.Globalization.CultureInfo.InvariantCulture), Assert.Single(sira.Primary.Requests).Body, StringComparison.Ordinal);
    }
}
