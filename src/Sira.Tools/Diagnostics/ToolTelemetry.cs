using System.Diagnostics;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.AI;
using Sira.Kernel.Diagnostics;

namespace Sira.Tools.Diagnostics;

/// <summary>Spans and metrics of tool calls, after the OpenTelemetry conventions for generative AI. They carry no arguments and no results.</summary>
internal static class ToolTelemetry
{
    private const string ToolName = "gen_ai.tool.name";
    private const string ErrorType = "error.type";

    private static readonly Histogram<double> Duration = SiraDiagnostics.Meter.CreateHistogram(
        "sira.tool.duration",
        "s",
        "How long a tool call took.",
        advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120] });

    /// <summary>Starts the span of a call. Only functions that exist get one, so that a model cannot invent names without end.</summary>
    public static Activity? Start(FunctionCallContent call)
    {
        if (!SiraDiagnostics.ActivitySource.HasListeners()
            || SiraDiagnostics.ActivitySource.StartActivity($"execute_tool {call.Name}") is not { } activity)
        {
            return null;
        }

        activity.SetTag("gen_ai.operation.name", "execute_tool");
        activity.SetTag("gen_ai.tool.type", "function");
        activity.SetTag(ToolName, call.Name);
        activity.SetTag("gen_ai.tool.call.id", call.CallId);
        return activity;
    }

    /// <summary>Records how a call ended.</summary>
    public static void Stop(Activity? activity, string tool, TimeSpan elapsed, Exception? error)
    {
        var errorType = error?.GetType().FullName;
        if (activity is not null && errorType is not null)
        {
            activity.SetTag(ErrorType, errorType);
            activity.SetStatus(ActivityStatusCode.Error);
        }

        if (Duration.Enabled)
        {
            var tags = new TagList { { ToolName, tool } };
            if (errorType is not null)
            {
                tags.Add(ErrorType, errorType);
            }

            Duration.Record(elapsed.TotalSeconds, tags);
        }
    }
}
