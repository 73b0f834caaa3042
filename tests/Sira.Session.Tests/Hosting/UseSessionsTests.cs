using System.Text;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Sira.Kernel.Configuration;
using Sira.Requests;
using Sira.Session.Chat;
using Sira.Storage;
using Sira.Storage.Engines.Sqlite;
using Sira.Storage.Errors;
using Sira.Storage.Events;
using Sira.Storage.Keys;
using Sira.Testing;

namespace Sira.Session.Tests.Hosting;

public sealed class UseSessionsTests : IDisposable
{
    private static readonly (string, string)[] Encrypted =
    [
        ("Storage:Codec:Encryption", "AesGcm"), ("Storage:KeyRing:Current", "k1"), ("Storage:KeyRing:Keys:k1:Secret", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="),
    ];

    private readonly string folder = Directory.CreateTempSubdirectory("sira-sessions-").FullName;
    private readonly ScriptedChatClient model = new();

    private string File => Path.Combine(folder, "sira.db");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task AnotherProcess_GoesOnWithTheConversation(bool streaming)
    {
        model.Reply("Hello Ada.").Reply("Ada.");
        await using (var first = Build())
        {
            await AskAsync(first, "I am Ada.", streaming);
        }

        await using var second = Build();
        var answer = await AskAsync(second, "Who am I?", streaming);

        Assert.Equal("Ada.", answer.Text);
        Assert.Equal(["I am Ada.", "Hello Ada.", "Who am I?"], model.Calls[1].Messages.Select(static message => message.Text));
        Assert.Equal(3, answer.GetSessionContext()!.Messages.Count);
    }

    [Fact]
    public async Task ErasedUser_IsInNoFile_AndWhatWasCopiedBeforeCannotBeRead()
    {
        model.Reply("noted: the walrus code").Reply("noted too");
        (StoreKey Stream, IReadOnlyList<StoredEvent> Events)[] copied;
        await using (var services = Build(settings: Encrypted))
        {
            await AskAsync(services, "My secret is the walrus code.", streaming: false, user: "ada");
            await AskAsync(services, "Mine is another walrus.", streaming: false, user: "bob", id: "other");
        }

        await using (var raw = new SqliteEngine(new SqliteEngineOptions { Path = File }))
        {
            copied = await CopyAsync(raw);
            Assert.NotEmpty(copied);
        }

        await using (var services = Build(settings: Encrypted))
        {
            var sessions = services.GetRequiredService<ISessions>();
            using var export = new MemoryStream();
            Assert.Equal(1, await sessions.ExportUserAsync(new UserKey("ada", "acme"), export, TestContext.Current.CancellationToken));
            Assert.Contains("walrus code", Encoding.UTF8.GetString(export.ToArray()), StringComparison.Ordinal);
            await sessions.EraseUserAsync(new UserKey("ada", "acme"), TestContext.Current.CancellationToken);
            Assert.NotEmpty((await sessions.OpenAsync(new SessionKey("other", "acme"), TestContext.Current.CancellationToken)).History.Messages);
        }

        foreach (var file in Directory.GetFiles(folder))
        {
            Assert.Equal(-1, (await System.IO.File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken)).AsSpan().IndexOf("walrus"u8));
        }

        // As from a backup of the bytes: what was copied stands there again, and its key does not.
        await using (var raw = new SqliteEngine(new SqliteEngineOptions { Path = File }))
        {
            foreach (var (stream, events) in copied)
            {
                await raw.Events.DeleteAsync(stream, TestContext.Current.CancellationToken);
                await raw.Events.AppendAsync(stream, ExpectedVersion.New, [.. events.Select(static item => new EventData(item.Type, item.Data))], default, TestContext.Current.CancellationToken);
            }
        }

        await using var again = Build(settings: Encrypted);
        var engine = again.GetRequiredService<ISiraStorage>().For("sessions");
        var readable = 0;
        foreach (var (stream, _) in copied)
        {
            try
            {
                readable += (await engine.Events!.ReadAsync(stream, cancellationToken: TestContext.Current.CancellationToken)).Events.Count(static item => Encoding.UTF8.GetString(item.Data.Span).Contains("walrus code", StringComparison.Ordinal));
            }
            catch (StorageException exception)
            {
                Assert.Equal(StorageErrorKind.KeyUnknown, exception.Kind);
                readable += 1000;
            }
        }

        Assert.Equal(1000, readable);
    }

    [Fact]
    public async Task Memory_FindsWhatTheUserSaidElsewhere_AndForgetsItWithTheUser()
    {
        model.Reply("Good to know.").Reply("Your dog is Rex.").Reply("I do not know.");
        await using var services = Build(static options => options.MemoryResults = 3);
        var upkeep = services.GetServices<IHostedService>().Single(static service => service.GetType().Name == "SessionUpkeep");
        await upkeep.StartAsync(TestContext.Current.CancellationToken);

        await AskAsync(services, "My dog is called Rex.", streaming: false, user: "ada", id: "one");
        await Sira.Testing.Messaging.Eventually.HoldsAsync(() => HasSegments(services), "it is indexed");
        await AskAsync(services, "What is my dog called?", streaming: false, user: "ada", id: "two");
        await services.GetRequiredService<ISessions>().EraseUserAsync(new UserKey("ada", "acme"), TestContext.Current.CancellationToken);
        await AskAsync(services, "What is my dog called?", streaming: false, user: "ada", id: "three");
        await upkeep.StopAsync(TestContext.Current.CancellationToken);

        Assert.Contains(model.Calls[1].Messages, static message => message.Text.Contains("Rex", StringComparison.Ordinal));
        Assert.DoesNotContain(model.Calls[2].Messages, static message => message.Text.Contains("Rex", StringComparison.Ordinal));
    }

    [Fact]
    public async Task WithoutStorage_TheMistakeNamesTheLineToAdd()
    {
        var services = new ServiceCollection().AddLogging();
        services.AddSira(sira => sira.AddBackend("mine", _ => model).AddRoute("default", static route => route.To("mine/m")).UseSessions());
        await using var provider = services.BuildServiceProvider();

        var failed = Assert.Throws<SiraConfigurationException>(() => provider.GetRequiredService<ISessions>());

        Assert.Contains("sessions needs storage, and there is no engine. Add one: AddSqliteStorage()", failed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Options_WrongInTheFile_AreNamed()
    {
        await using var services = Build(settings: [("Sessions:ContextTokens", "5"), ("Sessions:ContextBuilder", "sumaries"), ("Sessions:Memory", "1")]);

        var failed = Assert.Throws<SiraConfigurationException>(() => services.GetRequiredService<ISessions>());

        Assert.Contains("Sira:Sessions:ContextTokens", failed.Message, StringComparison.Ordinal);
        Assert.Contains("Did you mean 'summaries'?", failed.Message, StringComparison.Ordinal);
        Assert.Contains("'Memory'", failed.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Durability_ThatTheEngineDoesNotHave_IsRefusedAtItsPlace(bool isOfFile)
    {
        var services = new ServiceCollection().AddLogging();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(isOfFile ? [KeyValuePair.Create("Sira:Sessions:Durability", (string?)"PowerLoss")] : []).Build());
        services.AddSira(sira => sira
            .AddBackend("mine", _ => model)
            .AddRoute("default", static route => route.To("mine/m"))
            .AddMemoryStorage()
            .UseSessions(isOfFile ? null : static options => options.Sessions = options.Sessions with { Durability = Sira.Storage.Capabilities.StorageDurability.PowerLoss }));
        await using var provider = services.BuildServiceProvider();

        var failed = Assert.Throws<SiraConfigurationException>(() => provider.GetRequiredService<ISessions>());

        Assert.Equal("Sira:Sessions:Durability", Assert.Single(failed.Errors).Path);
        Assert.Contains("sessions keeps the namespace 'sessions' in the engine 'memory', which has writes that survive Process at most, and PowerLoss is asked", failed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Container_DisposedOfWithoutAwait_Ends()
    {
        using var services = Build();
        services.GetRequiredService<ISessions>();
    }

    private static bool HasSegments(IServiceProvider services) =>
        services.GetRequiredService<ISiraStorage>().For("session-memory").ListPartitionsAsync("session-memory").ToBlockingEnumerable().Any();

    private static async Task<(StoreKey Stream, IReadOnlyList<StoredEvent> Events)[]> CopyAsync(SqliteEngine raw)
    {
        var copied = new List<(StoreKey Stream, IReadOnlyList<StoredEvent> Events)>();
        await foreach (var partition in raw.ListPartitionsAsync("sessions"))
        {
            foreach (var stream in (await raw.Events.ListAsync(new StoreScan(partition))).Streams)
            {
                copied.Add((partition.Key(stream.Name), (await raw.Events.ReadAsync(partition.Key(stream.Name))).Events));
            }
        }

        return [.. copied];
    }

    private static async Task<ChatResponse> AskAsync(IServiceProvider services, string text, bool streaming, string? user = null, string id = "chat")
    {
        var chat = services.GetRequiredService<IChatClient>();
        var options = new SiraChatOptions { ConversationId = id, Request = new RequestContext(TimeProvider.System.GetTimestamp()) { Tenant = "acme", User = user } };
        return streaming ? await chat.GetStreamingResponseAsync(text, options).ToChatResponseAsync() : await chat.GetResponseAsync(text, options);
    }

    private ServiceProvider Build(Action<SessionChatOptions>? configure = null, params (string Key, string Value)[] settings)
    {
        var services = new ServiceCollection().AddLogging();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(settings.Select(static setting => KeyValuePair.Create($"Sira:{setting.Key}", (string?)setting.Value))).Build());
        services.AddSira(sira => sira
            .AddBackend("mine", _ => model)
            .AddRoute("default", static route => route.To("mine/m"))
            .AddSqliteStorage("main", new SqliteEngineOptions { Path = File })
            .UseSessions(configure));
        return services.BuildServiceProvider();
    }
}
