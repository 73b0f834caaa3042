namespace Sira.Plugins.Hosting.Supervision;

/// <summary>What a plugin's context tells faults to. A plugin that has ended may keep its context; from here on it reaches nobody.</summary>
internal sealed class FaultReporter
{
    private Action<Exception>? listener;

    public void Attach(Action<Exception> heard) => Volatile.Write(ref listener, heard);

    public void Detach() => Volatile.Write(ref listener, null);

    public void Report(Exception exception) => Volatile.Read(ref listener)?.Invoke(exception);
}
