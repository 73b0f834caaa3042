using Microsoft.Extensions.AI;
using Sira.Decisions;
using Sira.Errors;
using Sira.Simulation.Faults;

namespace Sira.Tests.EndToEnd;

/// <summary>Whatever a provider does, the caller gets a whole answer or a typed error: never a hang, never a part passed as the whole.</summary>
public class HostileProviderTests
{
    private static readonly Dictionary<string, (Fault Fault, BackendErrorKind[] Kinds)> Faults = new()
    {
        ["html"] = (Fault.Html(), [BackendErrorKind.MalformedResponse]),
        ["html 502"] = (Fault.Html(502), [BackendErrorKind.ServerError]),
        ["empty"] = (Fault.EmptyBody(), [BackendErrorKind.MalformedResponse, BackendErrorKind.Truncated]),
        ["error in 200"] = (Fault.ErrorInsideOk(), [BackendErrorKind.ServerError, BackendErrorKind.Overloaded, BackendErrorKind.BadRequest, BackendErrorKind.Unknown, BackendErrorKind.RateLimited]),
        ["truncated JSON"] = (Fault.TruncatedJson(), [BackendErrorKind.MalformedResponse, BackendErrorKind.Truncated]),
        ["reset"] = (Fault.ConnectionReset(), [BackendErrorKind.Transport]),
        ["refused"] = (Fault.ConnectionRefused(), [BackendErrorKind.Transport]),
        ["never answers"] = (Fault.NeverAnswers(), [BackendErrorKind.HeadersTimeout, BackendErrorKind.FirstTokenTimeout, BackendErrorKind.TotalTimeout]),
        ["500"] = (Fault.ServerError(), [BackendErrorKind.ServerError]),
        ["503"] = (Fault.Unavailable(), [BackendErrorKind.Overloaded]),
        ["529"] = (Fault.Overloaded(), [BackendErrorKind.Overloaded]),
        ["401"] = (Fault.Unauthorized(), [BackendErrorKind.Authentication]),
        ["402"] = (Fault.PaymentRequired(), [BackendErrorKind.Billing, BackendErrorKind.QuotaExhausted]),
        ["404"] = (Fault.ModelNotFound(), [BackendErrorKind.ModelNotFound]),
        ["429"] = (Fault.RateLimited(TimeSpan.FromMinutes(5)), [BackendErrorKind.RateLimited]),
        ["quota"] = (Fault.QuotaExhausted(), [BackendErrorKind.QuotaExhausted, BackendErrorKind.Billing]),
    };

    private static readonly Dictionary<string, (Fault Fault, BackendErrorKind[] Kinds)> StreamFaults = new()
    {
        ["cut"] = (Fault.CutAfter(3), [BackendErrorKind.Truncated, BackendErrorKind.Transport]),
        ["reset"] = (Fault.ResetAfter(3), [BackendErrorKind.Truncated, BackendErrorKind.Transport]),
        ["stall"] = (Fault.StallAfter(3), [BackendErrorKind.IdleTimeout]),
        ["error event"] = (Fault.ErrorEventAfter(3), [BackendErrorKind.ServerError, BackendErrorKind.Overloaded]),
        ["malformed"] = (Fault.MalformedEventAt(3), [BackendErrorKind.MalformedResponse]),
        ["no finish"] = (Fault.MissingFinishReason(), [BackendErrorKind.Truncated]),
    };

    private static readonly Dictionary<string, Fault> Harmless = new()
    {
        ["no terminator"] = Fault.MissingDone(),
        ["comments"] = Fault.CommentLines(),
        ["byte by byte"] = Fault.SmallPieces(),
        ["slow"] = Fault.SlowTokens(TimeSpan.FromSeconds(2)),
    };

    public static TheoryData<string, string, bool> Before => new(
        from wire in SimulatedSira.Wires from fault in Faults.Keys from streaming in (bool[])[false, true]
        where !(streaming && fault == "truncated JSON") // A stream delivers its whole events first; that case is "cut" below.
        select (wire, fault, streaming));

    public static TheoryData<string, string> After => new(from wire in SimulatedSira.Wires from fault in StreamFaults.Keys select (wire, fault));

    public static TheoryData<string, string> NoHarm => new(from wire in SimulatedSira.Wires from fault in Harmless.Keys
        where !(wire == "responses" && fault == "no terminator") // There the terminal event carries the finish: without it the answer is incomplete.
        select (wire, fault));

    [Theory]
    [MemberData(nameof(Before))]
    public async Task FaultBeforeTheAnswer_IsTyped_AndTheFallbackAnswersWhole(string wire, string fault, bool streaming)
    {
        await using var sira = new SimulatedSira(wire);
        sira.Primary.Faults.Always(Faults[fault].Fault);

        var response = await sira.AskAsync(streaming);

        var healthy = await new SimulatedSiraAnswer(wire).TextAsync(streaming);
        Assert.Equal(healthy, response.Text);
        var attempts = response.GetRouteDecision()!.Attempts;
        Assert.All(attempts.SkipLast(1), attempt => Assert.Contains(attempt.Error!.Value, Faults[fault].Kinds));
        Assert.InRange(attempts.Count, 2, 4);
        Assert.StartsWith("secondary/", attempts[^1].Target, StringComparison.Ordinal);
        Assert.Equal((0, 0), (sira.Primary.InFlight, sira.Secondary.InFlight));
    }

    [Theory]
    [MemberData(nameof(After))]
    public async Task FaultInsideTheStream_IsTyped_AndCarriesThePart(string wire, string fault)
    {
        await using var sira = new SimulatedSira(wire);
        sira.Primary.Faults.Always(StreamFaults[fault].Fault);

        var exception = await Assert.ThrowsAsync<RequestFailedException>(() => sira.AskAsync(streaming: true));

        var whole = await new SimulatedSiraAnswer(wire).TextAsync(streaming: true);
        Assert.Equal(RequestFailureKind.Incomplete, exception.Kind);
        Assert.Contains(exception.BackendError!.Value, StreamFaults[fault].Kinds);
        Assert.NotEmpty(exception.PartialText);
        Assert.StartsWith(exception.PartialText, whole, StringComparison.Ordinal);
        Assert.Equal((0, 0), (sira.Primary.InFlight, sira.Secondary.RequestCount));
    }

    [Theory]
    [MemberData(nameof(NoHarm))]
    public async Task OddButLegalStreams_AreRead(string wire, string fault)
    {
        await using var sira = new SimulatedSira(wire);
        sira.Primary.Faults.Always(Harmless[fault]);

        var response = await sira.AskAsync(streaming: true);

        Assert.Equal(await new SimulatedSiraAnswer(wire).TextAsync(streaming: true), response.Text);
        Assert.Single(response.GetRouteDecision()!.Attempts);
        Assert.NotNull(response.FinishReason);
    }

    [Theory]
    [InlineData("chat", false)]
    [InlineData("chat", true)]
    [InlineData("responses", true)]
    [InlineData("anthropic", true)]
    [InlineData("gemini", true)]
    public async Task CallerCancels_TheProviderSeesIt(string wire, bool streaming)
    {
        await using var sira = new SimulatedSira(wire);
        sira.Primary.Faults.Always(streaming ? Fault.StallAfter(2) : Fault.NeverAnswers());
        using var source = new CancellationTokenSource(TimeSpan.FromSeconds(3), sira.Clock);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sira.AskAsync(streaming, cancellationToken: source.Token));

        Assert.True(Assert.Single(sira.Primary.Requests).WasCancelled);
        Assert.Equal(0, sira.Secondary.RequestCount);
        Assert.All(sira.Sira.Targets, target => Assert.Equal(0, target.InFlight));
    }

    /// <summary>What a healthy provider of a wire answers; simulated answers are deterministic.</summary>
    private sealed class SimulatedSiraAnswer(string wire)
    {
        public async Task<string> TextAsync(bool streaming)
        {
            await using var sira = new SimulatedSira(wire);
            return (await sira.AskAsync(streaming)).Text;
        }
    }
}
