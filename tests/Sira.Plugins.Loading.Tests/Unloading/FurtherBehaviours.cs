namespace Sira.Plugins.Loading.Tests.Unloading;

/// <summary>Things beside the twenty that leak in a plain host and are healed here.</summary>
public static class FurtherBehaviours
{
    public static IReadOnlyList<UnloadBehaviour> All { get; } =
    [
        Healed("delay-loop", "_ = LoopAsync();", "static async Task LoopAsync() { while (true) { await Task.Delay(TimeSpan.FromHours(1)); } }"),
        Healed("first-chance-exception", "AppDomain.CurrentDomain.FirstChanceException += static (_, _) => { };"),
        Healed("unhandled-exception", "AppDomain.CurrentDomain.UnhandledException += static (_, _) => { };"),
        Healed("assembly-load", "AppDomain.CurrentDomain.AssemblyLoad += static (_, _) => { };"),
        Healed("assembly-resolve", "AppDomain.CurrentDomain.AssemblyResolve += static (_, _) => null;"),
        Healed("resolving-of-the-default-context", "System.Runtime.Loader.AssemblyLoadContext.Default.Resolving += static (_, _) => null;"),
        Healed("meter-listener", "var listener = new MeterListener { InstrumentPublished = static (_, _) => { } }; listener.Start();"),
        Healed("activity-listener", "ActivitySource.AddActivityListener(new ActivityListener { ShouldListenTo = static _ => false });"),
        Healed("event-listener", "_ = new Ears();", "sealed class Ears : System.Diagnostics.Tracing.EventListener { }"),
    ];

    private static UnloadBehaviour Healed(string name, string body, string members = "") => new(name, body) { Members = members, IsHealed = true };
}
