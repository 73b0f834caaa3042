using System.Diagnostics;
using System.Globalization;
using System.Text;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Sira.Hosting;
using Sira.Requests;
using Sira.Session;
using Sira.Session.Chat;
using Sira.Session.Compaction;
using Sira.Session.Context;
using Sira.Session.Errors;
using Sira.Simulation;
using Sira.Storage.Engines.Sqlite;

// dotnet run --project samples/Sessions
// Conversations that survive the process, over simulated providers: no key, no network, made-up answers.
var folder = Directory.CreateTempSubdirectory("sira-sessions-").FullName;
var file = Path.Combine(folder, "sira.db");
Console.WriteLine("Simulated providers: the answers are made up. What is sent and what is kept is real.\n");

Console.WriteLine("A conversation, and the process ends:");
await using (var sira = await StartAsync())
{
    await AskAsync(sira, "My name is Ada, and I plan a bridge over the Aare.");
    await AskAsync(sira, "How long should it be?");
}

Console.WriteLine("\nAnother process goes on with it:");
await using (var sira = await StartAsync())
{
    await AskAsync(sira, "And what was my name?", streaming: true);
    var sessions = sira.GetService<ISessions>()!;
    var session = await sessions.OpenAsync(new SessionKey("bridge", "acme"));

    Console.WriteLine("\nTwo ways on from the same point; nothing is copied:");
    var watch = Stopwatch.StartNew();
    await session.ForkAsync(session.History.Messages[1].Header.Version, "bridge of wood");
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  forked in {watch.Elapsed.TotalMilliseconds:0.00} ms"));
    await AskAsync(sira, "What if it were of wood?", id: "bridge of wood");

    Console.WriteLine("\nTwo writers who have read the same: one wins, the other is told:");
    var other = await sessions.OpenAsync(new SessionKey("bridge", "acme"));
    await session.AppendAsync([new ChatMessage(ChatRole.User, "I was first.")]);
    try
    {
        await other.AppendAsync([new ChatMessage(ChatRole.User, "So was I.")]);
    }
    catch (SessionConflictException conflict)
    {
        Console.WriteLine($"  {conflict.Message}");
    }

    await session.RewindAsync(session.Version - 1);
    Console.WriteLine($"  rewound: the history has {session.History.Messages.Count} messages again, the log {session.Version} events");

    Console.WriteLine("\nA long conversation stays within its budget; older turns are summarised in the background:");
    for (var turn = 1; turn <= 40; turn++)
    {
        await AskAsync(sira, $"Remark {turn}: " + string.Join(' ', Enumerable.Repeat("the pillars stand on rock and the deck is of steel.", 4)), isShown: turn % 10 == 0);
    }

    await session.RefreshAsync();
    Console.WriteLine($"  {session.History.Messages.Count} messages, {session.History.Summaries.Count} summaries, nothing deleted");

    Console.WriteLine("\nEverything about a user, out and away:");
    using var export = new MemoryStream();
    var count = await sessions.ExportUserAsync(new UserKey("ada", "acme"), export);
    var lines = Encoding.UTF8.GetString(export.ToArray()).Split('\n');
    Console.WriteLine($"  exported {count} sessions, {lines.Length - 1} lines of JSON; the first is {lines[0]}");
    await sessions.EraseUserAsync(new UserKey("ada", "acme"));
    Console.WriteLine($"  erased; sessions left: {(await sessions.ListAsync(new SessionQuery { Tenant = "acme" })).Sessions.Count}");
}

Directory.Delete(folder, recursive: true);

Task<SiraInstance> StartAsync() => SiraInstance.CreateAsync(builder => builder
    .AddSimulatedBackends()
    .AddRoute("default", route => route.To("openai/gpt-5-mini"))
    .AddSqliteStorage("main", new SqliteEngineOptions { Path = file })
    .UseSessions(options =>
    {
        (options.ContextTokens, options.ReservedOutputTokens) = (3000, 500);
        options.Compactor = Compactors.Importance;
    }));

async Task AskAsync(SiraInstance sira, string text, string id = "bridge", bool streaming = false, bool isShown = true)
{
    var options = new SiraChatOptions
    {
        ConversationId = id,
        Request = new RequestContext(TimeProvider.System.GetTimestamp()) { Tenant = "acme", User = "ada" },
    };
    var chat = sira.GetChatClient();
    var response = streaming ? await chat.GetStreamingResponseAsync(text, options).ToChatResponseAsync() : await chat.GetResponseAsync(text, options);
    if (isShown && response.GetSessionContext() is { } context)
    {
        var summaries = context.Blocks.Count(static block => block.Kind is ContextBlockKind.Summary);
        Console.WriteLine($"  {(text.Length > 40 ? text[..40] + "…" : text),-42} sent {context.Messages.Count,2} messages, {context.Tokens,4} of {context.Budget} tokens{(summaries > 0 ? $", {summaries} of them summaries" : string.Empty)}");
    }
}
