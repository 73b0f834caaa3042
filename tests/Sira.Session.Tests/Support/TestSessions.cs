using Microsoft.Extensions.AI;
using Sira.Kernel.Time;
using Sira.Session.History;
using Sira.Simulation.Time;
using Sira.Storage;
using Sira.Storage.Engines.Memory;

namespace Sira.Session.Tests.Support;

/// <summary>A store over a memory engine and a virtual clock. Others over the same engine stand for other processes.</summary>
internal sealed class TestSessions : IAsyncDisposable
{
    private readonly List<SessionStore> stores = [];
    private int seed;

    public TestSessions(bool isAtomic = true, SessionOptions? options = null, ISubjectEraser? subjects = null)
    {
        Memory = new MemoryEngine(time: Time);
        Engine = new FaultyEngine(isAtomic ? Memory : new StepwiseEngine(Memory));
        (Options, Subjects) = (options ?? new SessionOptions(), subjects);
        Store = Another();
    }

    public VirtualTimeProvider Time { get; } = new();

    public MemoryEngine Memory { get; }

    public FaultyEngine Engine { get; }

    public SessionOptions Options { get; }

    public ISubjectEraser? Subjects { get; }

    public SessionStore Store { get; }

    /// <summary>A store that remembers nothing, as after a restart.</summary>
    public SessionStore Another(IStorageEngine? engine = null)
    {
        var store = new SessionStore(engine ?? Engine, Options, Time, subjects: Subjects, random: new SeededRandomSource(++seed));
        stores.Add(store);
        return store;
    }

    /// <summary>Lets all stores end what they do in the background, and closes them.</summary>
    public async Task DisposeStoresAsync()
    {
        foreach (var store in stores)
        {
            await store.DisposeAsync();
        }

        stores.Clear();
    }

    public async ValueTask DisposeAsync()
    {
        Engine.Arm(0, Fault.None);
        await DisposeStoresAsync();
        await Memory.DisposeAsync();
    }

    public static ChatMessage User(string text) => new(ChatRole.User, text);

    public static ChatMessage Assistant(string text) => new(ChatRole.Assistant, text);

    public static string[] Texts(SessionHistory history) => [.. history.Messages.Select(static message => message.Message.Text)];
}
