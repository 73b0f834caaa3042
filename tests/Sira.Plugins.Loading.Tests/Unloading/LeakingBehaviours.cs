namespace Sira.Plugins.Loading.Tests.Unloading;

/// <summary>Twenty things that keep a plugin's code in memory in a plain host (measured on .NET 10.0.12), and what becomes of them here.</summary>
public static class LeakingBehaviours
{
    public static IReadOnlyList<UnloadBehaviour> All { get; } =
    [
        new("json-default-options", "_ = JsonSerializer.Serialize(new Data());") { Place = BehaviourPlace.Call, IsHealed = true, Leak = "JsonCache", Root = "StaticField:System.Text.Json.JsonSerializerOptions." },
        new("json-own-options", "_ = JsonSerializer.Deserialize<Data>(\"{}\", new JsonSerializerOptions { PropertyNameCaseInsensitive = true });") { IsHealed = true, Leak = "JsonCache", Root = "StaticField:System.Text.Json." },
        new("json-options-of-the-host", "_ = JsonSerializer.Serialize(new Data(), HostState.Json);") { Place = BehaviourPlace.Call, IsHealed = true, Leak = "JsonCache", Root = "StaticField:HostState.<Json>" },
        new("type-descriptor-converter", "_ = System.ComponentModel.TypeDescriptor.GetConverter(typeof(Data)).CanConvertFrom(typeof(string));") { UnloadsUnaided = true, IsHealed = true, Leak = "TypeDescriptorCache", Root = "StaticField:System.ComponentModel." },
        new("type-descriptor-properties", "_ = System.ComponentModel.TypeDescriptor.GetProperties(new Data()).Count;") { UnloadsUnaided = true, IsHealed = true, Leak = "TypeDescriptorCache", Root = "StaticField:System.ComponentModel." },
        new("dynamic", "dynamic data = new Data(); data.Number = 3; _ = data.Name + data.Number;") { Place = BehaviourPlace.Call, UnloadsUnaided = true, IsHealed = true, Leak = "DynamicBinder", Root = "StaticField:Microsoft.CSharp." },
        new("async-local-on-the-flow-of-the-host", "ambient.Value = new Data();") { Members = "static readonly AsyncLocal<Data> ambient = new();", Place = BehaviourPlace.Call, UnloadsUnaided = true, IsHealed = true, Leak = "AmbientValue", Root = ":" },
        new("timer-in-a-static", "timer = new Timer(static _ => ticks++, null, 1000, 1000);") { Members = "static Timer timer; static int ticks;", IsHealed = true, Leak = "Timer", Root = "StaticField:System.Threading.TimerQueue.<Instances>" },
        new("timer-with-state", "_ = new Timer(static state => ((Data)state).Number++, new Data(), TimeSpan.FromHours(1), TimeSpan.FromHours(1)) is { } running && Keep(running);") { Members = "static Timer kept; static bool Keep(Timer timer) { kept = timer; return true; }", Place = BehaviourPlace.Call, IsHealed = true, Leak = "Timer", Root = "StaticField:System.Threading.TimerQueue.<Instances>" },
        new("periodic-timer-loop", "_ = LoopAsync();") { Members = "static async Task LoopAsync() { var timer = new PeriodicTimer(TimeSpan.FromSeconds(5)); while (await timer.WaitForNextTickAsync()) { } }", IsHealed = true, Leak = "PeriodicTimer", Root = "StaticField:System.Threading.TimerQueue.<Instances>" },
        new("blocked-thread", "new Thread(Wait) { IsBackground = true, Name = \"waits for ever\" }.Start();") { Members = "static void Wait() => HostState.Release.WaitOne();", Leak = "Thread", Root = "Stack:Behaviour.Wait()" },
        new("registered-wait", "ThreadPool.RegisterWaitForSingleObject(HostState.Release, static (_, _) => { }, new Data(), Timeout.Infinite, executeOnlyOnce: true);") { IsHealed = true, Leak = "RegisteredWait", Root = ":" },
        new("reader-of-a-channel-of-the-host", "_ = ReadAsync();") { Members = "static async Task ReadAsync() => _ = await HostState.Work.Reader.ReadAsync();", Leak = "Channel", Root = "StaticField:HostState.<Work>" },
        new("process-exit", "AppDomain.CurrentDomain.ProcessExit += static (_, _) => { };") { Place = BehaviourPlace.Configure, IsHealed = true, Leak = "Event", Root = "StaticField:System.AppDomain.s_domain" },
        new("unobserved-task-exception", "TaskScheduler.UnobservedTaskException += static (_, _) => { };") { Place = BehaviourPlace.Configure, IsHealed = true, Leak = "Event", Root = "StaticField:System.Threading.Tasks.TaskScheduler.UnobservedTaskException" },
        new("registration-on-a-token-of-the-host", "HostState.Closing.Token.Register(static () => { });") { Leak = "TokenRegistration", Root = "StaticField:HostState.<Closing>" },
        new("change-token-of-the-host", "ChangeToken.OnChange(static () => new CancellationChangeToken(HostState.Closing.Token), static () => { });") { Leak = "ChangeToken", Root = "StaticField:HostState.<Closing>" },
        new("meter", "meter = new Meter(\"leaky\"); meter.CreateObservableGauge(\"leaky.size\", static () => 1); meter.CreateCounter<int>(\"leaky.count\").Add(1);") { Members = "static Meter meter;", IsHealed = true, Leak = "Diagnostics", Root = "StaticField:System.Diagnostics.Metrics.Meter.s_allMeters" },
        new("strong-handle", "GCHandle.Alloc(new Data());") { Leak = "Handle", Root = "StrongHandle:" },
        new("table-of-the-host-by-type", "HostState.ByType[typeof(Data)] = new Data();") { Leak = "Field", Root = "StaticField:HostState.<ByType>" },
    ];
}
