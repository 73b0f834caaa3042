using Sira.Storage.Events;
using Sira.Storage.Keys;
using Sira.Storage.PostgreSql.Tests.Support;
using Sira.Storage.Values;
using Sira.Storage.Writing;

namespace Sira.Storage.PostgreSql.Tests.Writing;

/// <summary>Random operations, and a dictionary beside them that must agree after each.</summary>
public sealed class ModelTests : PostgreSqlTest
{
    private static readonly string[] Names = ["a", "a\0", "b'", "é", "\U0001F9E0", "%"];

    private readonly Dictionary<string, (string Text, ETag Tag)> values = [];
    private readonly Dictionary<string, List<string>> streams = [];
    private readonly List<ETag> seen = [ETag.None];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task RandomOperations_AgreeWithADictionary(int seed)
    {
        var random = new Random(seed);
        var engine = NewEngine();
        for (var step = 0; step < 120; step++)
        {
            var name = Names[random.Next(Names.Length)];
            switch (random.Next(6))
            {
                case 0 or 1:
                    var condition = Condition(random, name);
                    var put = await engine.Store.PutAsync(Key(name), Bytes($"{step}"), new(condition));
                    Assert.Equal(condition.Holds(Tag(name)), put.IsDone);
                    Keep(name, put.IsDone ? $"{step}" : null, put.ETag);
                    break;
                case 2:
                    var wanted = Condition(random, name);
                    var isDeleted = wanted.Holds(Tag(name)) && values.ContainsKey(name);
                    Assert.Equal(new WriteResult(isDeleted, isDeleted ? ETag.None : Tag(name)), await engine.Store.DeleteAsync(Key(name), new(wanted)));
                    _ = isDeleted && values.Remove(name);
                    break;
                case 3:
                    var expected = random.Next(3) switch { 0 => ExpectedVersion.Any, 1 => ExpectedVersion.Of(Stream(name).Count), _ => ExpectedVersion.Of(random.Next(4)) };
                    var appended = await engine.Events.AppendAsync(Key(name), expected, [Event($"{step}")]);
                    Assert.Equal(expected.Holds(Stream(name).Count), appended.IsDone);
                    AddIf(appended.IsDone, name, step);
                    Assert.Equal(Stream(name).Count, appended.Version);
                    break;
                default:
                    await WriteBatchAsync(engine, random, step);
                    break;
            }
        }

        Assert.Equal(values.Keys.Order(NameOrder.Instance), (await engine.Store.ScanAsync(new StoreScan(Partition))).Items.Select(static item => item.Name));
        foreach (var name in Names)
        {
            var found = await engine.Store.GetAsync(Key(name));
            Assert.Equal((values.TryGetValue(name, out var value) ? value.Text : null, Tag(name)), (Text(found), found?.ETag ?? ETag.None));
            Assert.Equal(Stream(name), (await engine.Events.ReadAsync(Key(name))).Events.Select(static item => System.Text.Encoding.UTF8.GetString(item.Data.Span)));
        }

        Assert.Equal(0L, await SharedServer.AskAsync($"SELECT count(*) FROM sira.value WHERE etag = 0"));
    }

    private async Task WriteBatchAsync(PostgreSqlEngine engine, Random random, int step)
    {
        var batch = new StoreBatch();
        foreach (var name in random.GetItems(Names, random.Next(1, 5)).Distinct())
        {
            var condition = random.Next(2) == 0 ? default : Condition(random, name);
            _ = random.Next(4) switch
            {
                0 => batch.Delete(Key(name), condition),
                1 => batch.Check(Key(name), condition),
                2 => batch.Append(Key(name), random.Next(2) == 0 ? ExpectedVersion.Any : ExpectedVersion.Of(Stream(name).Count), [Event($"{step}")]),
                _ => batch.Put(Key(name), Bytes($"{step}"), condition),
            };
        }

        var refused = batch.Operations.ToList().FindIndex(operation => operation.Kind is StoreOperationKind.Append ? !operation.Expected.Holds(Stream(operation.Key.Name).Count) : !operation.Condition.Holds(Tag(operation.Key.Name)));

        var result = await engine.Store.WriteAsync(batch);

        Assert.Equal((refused < 0, refused), (result.IsDone, result.RefusedAt));
        for (var i = 0; i < result.Results.Count && result.IsDone; i++)
        {
            var (operation, name) = (batch.Operations[i], batch.Operations[i].Key.Name);
            AddIf(operation.Kind is StoreOperationKind.Append, name, step);
            _ = operation.Kind is StoreOperationKind.Delete && values.Remove(name);
            Keep(name, operation.Kind is StoreOperationKind.Put ? $"{step}" : null, result.Results[i].ETag);
            Assert.Equal(operation.Kind is StoreOperationKind.Append ? new OperationResult(ETag.None, Stream(name).Count) : new OperationResult(Tag(name)), result.Results[i]);
        }

        if (refused >= 0)
        {
            var operation = batch.Operations[refused];
            Assert.Equal(operation.Kind is StoreOperationKind.Append ? new OperationResult(ETag.None, Stream(operation.Key.Name).Count) : new OperationResult(Tag(operation.Key.Name)), result.Results[refused]);
        }
    }

    private ETag Tag(string name) => values.TryGetValue(name, out var value) ? value.Tag : ETag.None;

    private List<string> Stream(string name) => streams.TryGetValue(name, out var stream) ? stream : streams[name] = [];

    private void AddIf(bool isDone, string name, int step)
    {
        if (isDone)
        {
            Stream(name).Add($"{step}");
        }
    }

    private void Keep(string name, string? text, ETag tag)
    {
        if (text is not null)
        {
            Assert.DoesNotContain(tag, seen);
            seen.Add(tag);
            values[name] = (text, tag);
        }
    }

    private WriteCondition Condition(Random random, string name) => random.Next(5) switch
    {
        0 => WriteCondition.Absent,
        1 or 2 => WriteCondition.Unchanged(Tag(name)),
        3 => WriteCondition.Unchanged(seen[random.Next(seen.Count)]),
        _ => default,
    };
}
