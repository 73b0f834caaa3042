using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Sira.Kernel.Builder;
using Sira.Kernel.Configuration;
using Sira.Kernel.Messaging;
using Sira.Kernel.Messaging.Errors;
using Sira.Kernel.Messaging.Journal;
using Sira.Storage.Capabilities;
using Sira.Storage.Engines.Memory;
using Sira.Storage.Engines.Sqlite;
using Sira.Storage.Messaging;
using Sira.Storage.Tests.Engines.Sqlite;
using Sira.Testing.Messaging;

namespace Sira.Storage.Tests.Messaging;

public sealed class StorageMessageJournalTests : IAsyncDisposable
{
    private readonly MemoryEngine engine = new();

    public ValueTask DisposeAsync() => engine.DisposeAsync();

    [Fact]
    public void Constructor_EngineThatCannot_NamesEverythingThatIsMissing()
    {
        var poor = new PoorEngine(engine);

        var refused = Assert.Throws<SiraConfigurationException>(() => new StorageMessageJournal(poor, new() { Namespace = "Bus!", Durability = StorageDurability.PowerLoss, PollInterval = default, CacheBytes = -1, Engine = " " }));

        Assert.Equal(
            ["CacheBytes", "Durability", "Engine", "Engine", "Engine", "Namespace", "PollInterval"],
            refused.Errors.Select(static error => error.Path.Split(':')[^1]).Order());
        Assert.Contains("AtomicAppend", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Durability_IsThatOfTheOptionsOrOfTheEngine()
    {
        await using var file = new TemporaryFile();
        await using var sqlite = new SqliteEngine(new SqliteEngineOptions { Path = file.Path });
        await using var byDefault = new StorageMessageJournal(sqlite);
        await using var set = new StorageMessageJournal(sqlite, new() { Durability = StorageDurability.PowerLoss });
        await using var memory = new StorageMessageJournal(engine);
        Assert.Equal((JournalDurability.ProcessCrash, JournalDurability.PowerLoss, JournalDurability.Process), (byDefault.Durability, set.Durability, memory.Durability));
    }

    [Fact]
    public async Task PublishAsync_LargerThanTheEngineTakes_IsRefusedAndTheOthersAreKept()
    {
        await using var journal = new StorageMessageJournal(engine);
        await using var bus = new MessageBus(journal: journal);
        var codec = MessageCodecs.TextWith(new() { CompressionThreshold = int.MaxValue, MaximumBytes = int.MaxValue });
        using var topic = bus.Topic<string>("a", new() { IsDurable = true, Codec = codec });
        var large = new string('x', engine.Capabilities.MaximumValueLength);

        var publishing = Enumerable.Range(0, 20).Select(i => topic.PublishAsync(i == 10 ? large : "small").AsTask()).ToArray();

        Assert.Contains("Nothing was kept", (await Assert.ThrowsAsync<JournalException>(() => publishing[10])).Message, StringComparison.Ordinal);
        await Task.WhenAll(publishing.Where((_, i) => i != 10));
        Assert.Equal(19, (await journal.ReadAsync(new("a", 0, 100), default)).Records.Count);
    }

    [Fact]
    public async Task Namespaces_HaveNothingInCommon()
    {
        await using var one = new StorageMessageJournal(engine);
        await using var two = new StorageMessageJournal(engine, new() { Namespace = "two" });
        await one.AppendAsync([new() { Metadata = new() { Topic = "a", Id = "1", PublishedAt = default } }], default);
        Assert.Empty((await two.ReadAsync(new("a", 0, 1), default)).Records);
    }

    [Fact]
    public async Task AddMessageJournal_EngineOfTheContainer_KeepsDurableTopics()
    {
        await using var services = Build(static (services, engine) => services.AddSingleton<IStorageEngine>(engine), ("Sira:Journal:Namespace", "queue"));
        using var topic = services.GetRequiredService<IMessageBus>().Topic<int>("a", new() { IsDurable = true, Codec = MessageCodecs.Number });
        await topic.PublishAsync(1);
        Assert.Equal(1, await engine.Events.GetVersionAsync(new("queue", "log")));
    }

    [Fact]
    public async Task AddMessageJournal_NamedEngine_IsTheKeyedOne()
    {
        await using var other = new MemoryEngine();
        await using var services = Build((services, engine) => services.AddSingleton<IStorageEngine>(other).AddKeyedSingleton<IStorageEngine>("fast", engine), ("Sira:Journal:Engine", "fast"));
        using var topic = services.GetRequiredService<IMessageBus>().Topic<int>("a", new() { IsDurable = true, Codec = MessageCodecs.Number });
        await topic.PublishAsync(1);
        Assert.Equal((1L, 0L), (await engine.Events.GetVersionAsync(new("bus", "log")), await other.Events.GetVersionAsync(new("bus", "log"))));
    }

    [Fact]
    public async Task AddMessageJournal_JournalOfTheHost_Stays()
    {
        await using var services = Build(static (services, _) => services.AddSingleton<IMessageJournal>(new InMemoryMessageJournal()));
        Assert.IsType<InMemoryMessageJournal>(services.GetRequiredService<IMessageJournal>());
    }

    [Fact]
    public async Task AddMessageJournal_Mistakes_AreNamedAtOnceWithTheirPlaces()
    {
        await using var services = Build(static (_, _) => { }, ("Sira:Journal:Engine", "fats"), ("Sira:Journal:Namespace", "A"), ("Sira:Journal:Durability", "Always"), ("Sira:Journal:Cache", "1"));

        var refused = Assert.Throws<SiraConfigurationException>(services.GetRequiredService<IMessageBus>);

        Assert.Equal(["Sira:Journal:Cache", "Sira:Journal:Durability", "Sira:Journal:Engine", "Sira:Journal:Namespace"], refused.Errors.Select(static error => error.Path).Order());
        Assert.Contains("'fats'", refused.Message, StringComparison.Ordinal);

        // The same that a check of the configuration finds, but for the engine, which only the container knows.
        var errors = new ConfigurationErrors();
        var part = services.GetServices<IConfigurationPart>().Single(static part => part.Key == "Journal");
        part.Load(new ConfigurationReader(services.GetRequiredService<SiraConfigurationSection>().Section!.GetSection("Journal"), errors), errors);
        Assert.Equal(3, errors.Items.Count);
    }

    [Fact]
    public async Task AddMessageJournal_UnknownEngineOfTheStorage_IsNamedWithTheKnownOnesAndTheOtherMistakes()
    {
        await using var services = Build(static (services, _) => new Builder(services).AddMemoryStorage("fast").AddMemoryStorage("main"), ("Sira:Journal:Engine", "fats"), ("Sira:Journal:Cache", "1"));

        var refused = Assert.Throws<SiraConfigurationException>(services.GetRequiredService<IMessageBus>);

        Assert.Equal(["Sira:Journal:Cache", "Sira:Journal:Engine"], refused.Errors.Select(static error => error.Path).Order());
        Assert.Contains("'fats'. Did you mean 'fast'? Known: fast, main.", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AddMessageJournal_KeyedEngineBesideTheStorage_IsFound()
    {
        await using var services = Build(static (services, engine) => new Builder(services).AddMemoryStorage("main").Services.AddKeyedSingleton<IStorageEngine>("mine", engine), ("Sira:Journal:Engine", "mine"));
        using var topic = services.GetRequiredService<IMessageBus>().Topic<int>("a", new() { IsDurable = true, Codec = MessageCodecs.Number });
        await topic.PublishAsync(1);
        Assert.Equal(1, await engine.Events.GetVersionAsync(new("bus", "log")));
    }

    private ServiceProvider Build(Action<IServiceCollection, MemoryEngine> add, params (string Key, string Value)[] settings)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(settings.Select(static setting => KeyValuePair.Create(setting.Key, (string?)setting.Value))).Build();
        var services = new ServiceCollection().AddSingleton(new SiraConfigurationSection(configuration.GetSection("Sira"))).AddSiraKernel();
        add(services, engine);
        new Builder(services).AddMessageJournal().AddMessageJournal(new() { Namespace = "too-late" });
        return services.BuildServiceProvider();
    }

    private sealed record Builder(IServiceCollection Services) : ISiraBuilder;

    private sealed class PoorEngine(MemoryEngine inner) : IStorageEngine
    {
        public string Name => "poor";

        public StorageCapabilities Capabilities { get; } = inner.Capabilities with { Features = StorageFeatures.EventLog, MaximumBatchLength = 10 };

        public IStore Store => inner.Store;

        public IEventLog? Events => inner.Events;

        public IChangeFeed? Changes => null;

        public ValueTask OpenAsync(CancellationToken cancellationToken = default) => inner.OpenAsync(cancellationToken);

        public IAsyncEnumerable<Sira.Storage.Keys.StorePartition> ListPartitionsAsync(string? @namespace = null, CancellationToken cancellationToken = default) => inner.ListPartitionsAsync(@namespace, cancellationToken);

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }
}
