namespace Sira.Plugins.Loading.Tests.Unloading;

/// <summary>Twenty things that leave nothing behind (measured on .NET 10.0.12).</summary>
public static class TidyBehaviours
{
    public static IReadOnlyList<UnloadBehaviour> All { get; } =
    [
        Tidy("static-fields", "one = new Data(); two = new Dictionary<Type, object> { [typeof(Data)] = one };", "static object one; static Dictionary<Type, object> two;", BehaviourPlace.Configure),
        Tidy("own-collections", "map[typeof(Data)] = new Data(); list.Add(new Data());", "static readonly ConcurrentDictionary<Type, Data> map = new(); static readonly List<Data> list = new();"),
        Tidy("thread-static", "slot = new Data();", "[ThreadStatic] static Data slot;", BehaviourPlace.Call),
        Tidy("thread-static-on-pool-threads", "Task.WaitAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => slot = new Data())).ToArray());", "[ThreadStatic] static Data slot;"),
        Tidy("enums", "_ = Enum.GetNames(typeof(Kind)).Length + Enum.Parse<Kind>(\"B\").ToString() + Enum.IsDefined(Kind.A);", "enum Kind { A, B }", BehaviourPlace.Call),
        Tidy("http-client", "using var client = new System.Net.Http.HttpClient(); client.DefaultRequestHeaders.Add(\"x-data\", \"1\");"),
        Tidy("compiled-regex", "_ = new System.Text.RegularExpressions.Regex(\"a+b*(c|d)\", System.Text.RegularExpressions.RegexOptions.Compiled).IsMatch(\"aabc\");", place: BehaviourPlace.Call),
        Tidy("disposed-container", "using var own = new ServiceCollection().AddSingleton<Data>().BuildServiceProvider(); _ = own.GetRequiredService<Data>();"),
        Tidy("container", "var own = new ServiceCollection().AddSingleton<Data>().BuildServiceProvider(); _ = own.GetRequiredService<Data>();", place: BehaviourPlace.Configure),
        Tidy("activator-utilities", "using var own = new ServiceCollection().BuildServiceProvider(); _ = ActivatorUtilities.CreateInstance<Data>(own); _ = ActivatorUtilities.CreateFactory(typeof(Data), Type.EmptyTypes)(own, null);"),
        Tidy("logger-factory", "using var factory = LoggerFactory.Create(_ => { }); factory.CreateLogger<Data>().LogInformation(\"{Data}\", new Data());"),
        Tidy("configuration-binder", "_ = context.Settings.Get(typeof(Data)); new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string> { [\"Name\"] = \"m\" }).Build().Bind(new Data());"),
        Tidy("options-monitor", "using var own = new ServiceCollection().AddOptions().Configure<Data>(d => d.Number = 9).BuildServiceProvider(); own.GetRequiredService<IOptionsMonitor<Data>>().OnChange(_ => { });"),
        Tidy("compiled-expression", "System.Linq.Expressions.Expression<Func<Data, int>> number = d => d.Number; _ = number.Compile()(new Data());", place: BehaviourPlace.Call),
        Tidy("data-contract-serializer", "new System.Runtime.Serialization.DataContractSerializer(typeof(Data)).WriteObject(new System.IO.MemoryStream(), new Data());"),
        Tidy("xml-serializer", "new System.Xml.Serialization.XmlSerializer(typeof(Data)).Serialize(new System.IO.MemoryStream(), new Data());"),
        Tidy("disposed-activity-source", "using var source = new ActivitySource(\"tidy\"); using var activity = source.StartActivity(\"x\");"),
        Tidy("activity-source", "source.StartActivity(\"x\")?.Dispose();", "static readonly ActivitySource source = new(\"untidy\");"),
        Tidy("async-local-in-task", "Task.Run(() => ambient.Value = new Data()).Wait();", "static readonly AsyncLocal<Data> ambient = new();", BehaviourPlace.Call),
        Tidy("async-work-that-ends", "Task.Run(async () => { await Task.Yield(); await Task.WhenAll(Enumerable.Range(0, 4).Select(async n => { await Task.Yield(); return new Data { Number = n }; })); }).Wait();"),
    ];

    private static UnloadBehaviour Tidy(string name, string body, string members = "", BehaviourPlace place = BehaviourPlace.Start) =>
        new(name, body) { Members = members, Place = place, UnloadsUnaided = true, IsHealed = true };
}
