using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.AI;
using Sira.Kernel.Diagnostics;
using Sira.Testing;
using static Sira.Tools.Tests.Plan;

namespace Sira.Tools.Tests.Diagnostics;

public sealed class ToolTelemetryTests
{
    [Fact]
    public void GetService_ActivitySource_IsSiras()
    {
        using var script = new ScriptedChatClient();
        var client = Client(script);

        Assert.Same(SiraDiagnostics.ActivitySource, client.GetService(typeof(ActivitySource)));
        Assert.Null(client.GetService(typeof(ActivitySource), "key"));
        Assert.Same(script, client.GetService(typeof(ScriptedChatClient)));
        Assert.Same(client, client.GetService(typeof(FunctionCallingChatClient)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Ask_Listener_GetsASpanForEachCallWithoutContent(bool streaming)
    {
        using var parent = new Activity("test").Start();
        var spans = new List<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == SiraDiagnostics.SourceName,
            Sample = (ref ActivityCreationOptions<ActivityContext> options) => options.Parent.TraceId == parent.TraceId ? ActivitySamplingResult.AllData : ActivitySamplingResult.None,
            ActivityStopped = activity => { if (activity.TraceId == parent.TraceId) { lock (spans) { spans.Add(activity); } } },
        };
        ActivitySource.AddActivityListener(listener);
        Activity? inTool = null;
        var good = AIFunctionFactory.Create((string secret) => { inTool = Activity.Current; return secret; }, "good");
        var bad = AIFunctionFactory.Create(string () => throw new FormatException("secret"), "bad");
        using var script = new ScriptedChatClient().Reply(Call("1", "good", ("secret", "secret")), Call("2", "bad"), Call("3", "nope")).Reply("done");

        await Client(script, o => o.MaxConcurrency = 1).AskAsync(streaming, "go", With(good, bad));

        Assert.Same(parent, Activity.Current);
        Assert.Equal(["execute_tool good", "execute_tool bad"], spans.Select(span => span.OperationName));
        Assert.Same(spans[0], inTool);
        Assert.All(spans, span => Assert.Same(parent, span.Parent));
        Assert.Equal(
            ["gen_ai.operation.name=execute_tool", "gen_ai.tool.type=function", "gen_ai.tool.name=good", "gen_ai.tool.call.id=1"],
            spans[0].TagObjects.Select(tag => $"{tag.Key}={tag.Value}"));
        Assert.Equal("System.FormatException", spans[1].GetTagItem("error.type"));
        Assert.Equal((ActivityStatusCode.Error, null), (spans[1].Status, spans[1].StatusDescription));
        Assert.DoesNotContain(spans, span => span.TagObjects.Any(tag => $"{tag.Value}".Contains("secret", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task GetResponse_Meter_RecordsTheDurationOfKnownTools()
    {
        var name = $"metered-{Guid.NewGuid():N}";
        var seen = new List<(double Value, KeyValuePair<string, object?>[] Tags)>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument is { Meter.Name: SiraDiagnostics.SourceName, Name: "sira.tool.duration" })
                {
                    self.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<double>((_, value, tags, _) =>
        {
            lock (seen)
            {
                seen.Add((value, tags.ToArray()));
            }
        });
        listener.Start();
        var time = new Simulation.Time.VirtualTimeProvider();
        var tool = AIFunctionFactory.Create(() => { time.Advance(TimeSpan.FromSeconds(3)); return "ok"; }, name);
        using var script = new ScriptedChatClient().Reply(Call("1", name), Call("2", name + "-unknown")).Reply("done");

        await Client(script, o => o.TimeProvider = time).GetResponseAsync("go", With(tool));

        listener.Dispose();
        (double Value, KeyValuePair<string, object?>[] Tags)[] all;
        lock (seen)
        {
            all = [.. seen];
        }

        var mine = Assert.Single(all, measurement => measurement.Tags.Any(tag => $"{tag.Value}".StartsWith(name, StringComparison.Ordinal)));
        Assert.Equal(3, mine.Value, 6);
    }
}
