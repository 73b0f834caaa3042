using System.Collections.Concurrent;
using System.Diagnostics;
using Sira.Kernel.Diagnostics;

namespace Sira.Testing.Telemetry;

/// <summary>Collects Sira's spans below one root, so that tests that run at the same time do not see each other's.</summary>
public sealed class ActivityCollector : IDisposable
{
    private readonly ConcurrentQueue<Activity> stopped = new();
    private readonly ActivityListener listener;

    /// <summary>Starts a root span and listens.</summary>
    public ActivityCollector()
    {
        Root = new Activity("test");
        listener = new ActivityListener
        {
            ShouldListenTo = static source => source.Name == SiraDiagnostics.SourceName,
            Sample = (ref ActivityCreationOptions<ActivityContext> options) => options.TraceId == Root.TraceId ? ActivitySamplingResult.AllDataAndRecorded : ActivitySamplingResult.None,
            ActivityStopped = stopped.Enqueue,
        };
        Root.Start();
        ActivitySource.AddActivityListener(listener);
    }

    /// <summary>The span that surrounds the test.</summary>
    public Activity Root { get; }

    /// <summary>The spans that have ended, in the order of their ends.</summary>
    public IReadOnlyList<Activity> Stopped => [.. stopped.Where(activity => activity.TraceId == Root.TraceId)];

    /// <summary>Everything that the spans carry as text, to look for what must not be in it.</summary>
    public string AllText => string.Join('\n', Stopped.SelectMany(static activity => activity.TagObjects.Select(static tag => $"{tag.Key}={tag.Value}").Append(activity.DisplayName).Append(activity.StatusDescription ?? string.Empty)));

    /// <inheritdoc />
    public void Dispose()
    {
        listener.Dispose();
        Root.Dispose();
    }
}
