using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Sira.Session.Compaction;
using Sira.Session.Context;
using Sira.Session.Memory;
using Sira.Storage.Errors;

namespace Sira.Session.Chat;

/// <summary>What the turns of all sessions share.</summary>
internal sealed class SessionChatServices
{
    public SessionChatServices(ISessions sessions, SessionChatOptions options, IContextBuilder? builder = null, ICompactor? compactor = null, IMemoryIndex? memory = null, TimeProvider? time = null, ILoggerFactory? loggers = null)
    {
        (Sessions, Options, Time) = (sessions, options, time ?? TimeProvider.System);
        Builder = builder ?? ContextBuilders.Create(options.ContextBuilder, options.Building);
        var logger = (loggers ?? NullLoggerFactory.Instance).CreateLogger(typeof(SessionChatServices).FullName!);
        Log = new SessionLog(logger);
        Memory = memory is null or CheckedMemory ? memory : new CheckedMemory(memory, () => sessions, logger);
        Background = new SessionBackground(sessions, memory, compactor is null ? null : new CompactionRunner(compactor, options.Compaction, Time, logger), Time, Log);
    }

    public ISessions Sessions { get; }

    public SessionChatOptions Options { get; }

    public IContextBuilder Builder { get; }

    public IMemoryIndex? Memory { get; }

    public TimeProvider Time { get; }

    public SessionBackground Background { get; }

    public TurnsUnderWay Turns { get; } = new();

    public SessionLog Log { get; }

    /// <summary>Looks up what was said before to what is asked now. That it cannot be looked up is no reason not to answer.</summary>
    public async ValueTask<IReadOnlyList<MemoryMatch>> RecallAsync(MemoryOwner owner, string session, IReadOnlyList<ChatMessage> said, CancellationToken cancellationToken)
    {
        // Sessions that are nobody's have no user in common.
        if (Memory is null || owner.User is null || Options.MemoryResults == 0 || said.LastOrDefault(static message => message.Role == ChatRole.User)?.Text is not { Length: > 0 } question)
        {
            return [];
        }

        try
        {
            return await Memory.SearchAsync(new MemoryQuery(owner, question) { Maximum = Options.MemoryResults, ExceptSessionId = session }, cancellationToken).ConfigureAwait(false);
        }
        catch (StorageException exception)
        {
            Log.RecallFailed(exception);
            return [];
        }
    }
}
