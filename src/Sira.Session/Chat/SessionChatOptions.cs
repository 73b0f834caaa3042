using Sira.Kernel.Configuration;
using Sira.Session.Compaction;
using Sira.Session.Context;

namespace Sira.Session.Chat;

/// <summary>How the stage of <c>UseSessions</c> works. The section <c>Sira:Sessions</c> is read over it.</summary>
public sealed class SessionChatOptions
{
    /// <summary>Gets or sets how sessions are kept.</summary>
    public SessionOptions Sessions { get; set; } = new();

    /// <summary>Gets or sets how many tokens a request may have at most, history, instructions, tools and answer together. Also with it a request has no more than every target holds that the call may end up at.</summary>
    /// <value>Default <see langword="null"/>: what the targets hold; 32,000 where that is not known of one, or the client is not the gateway's.</value>
    public long? ContextTokens { get; set; }

    /// <summary>Gets or sets how many of these are kept free for the answer where the request sets no <c>MaxOutputTokens</c>.</summary>
    /// <value>Default <see langword="null"/>: the longest answer of the targets, at most half of the window; 4,000 where that is not known.</value>
    public int? ReservedOutputTokens { get; set; }

    /// <summary>Gets or sets what share of these is kept free because tokens are estimated.</summary>
    /// <value>0 to 0.5. Default 0.05.</value>
    public double SafetyShare { get; set; } = 0.05;

    /// <summary>Gets or sets the name of the context builder, see <see cref="ContextBuilders"/>. An <see cref="IContextBuilder"/> that is registered as a service takes its place.</summary>
    /// <value>Default <see cref="ContextBuilders.Summaries"/>, which without summaries sends the newest turns that fit.</value>
    public string ContextBuilder { get; set; } = ContextBuilders.Summaries;

    /// <summary>Gets or sets how contexts are built.</summary>
    public ContextBuilderOptions Building { get; set; } = new();

    /// <summary>Gets or sets what the target asks of messages.</summary>
    public ContextLimits Limits { get; set; } = ContextLimits.None;

    /// <summary>Gets or sets the name of the compactor that makes summaries in the background, see <see cref="Compactors"/>. An <see cref="ICompactor"/> that is registered as a service takes its place.</summary>
    /// <value>Default <see langword="null"/>: none is made; <see cref="Compactors.Summarise"/> where <see cref="SummaryRoute"/> is set.</value>
    public string? Compactor { get; set; }

    /// <summary>Gets or sets the route whose model writes summaries.</summary>
    /// <value>Default <see langword="null"/>: the route <c>default</c>.</value>
    public string? SummaryRoute { get; set; }

    /// <summary>Gets or sets when histories are compacted.</summary>
    public CompactionOptions Compaction { get; set; } = new();

    /// <summary>Gets or sets how many turns of other sessions of the same user are looked up for each turn and sent along.</summary>
    /// <value>Default 0: none, and nothing is indexed.</value>
    public int MemoryResults { get; set; }

    /// <summary>Gets or sets the embedding route by which these are found by their meaning as well as by their words.</summary>
    /// <value>Default <see langword="null"/>: by their words alone.</value>
    public string? MemoryEmbeddingRoute { get; set; }

    /// <summary>Gets or sets how often the beginning of a turn is put on top of what others have appended meanwhile before it gives up. An answer does not give up for that.</summary>
    /// <value>Default 20.</value>
    public int ConflictAttempts { get; set; } = 20;

    /// <summary>Gets or sets how often expired sessions are looked for.</summary>
    /// <value>Default 1 minute.</value>
    public TimeSpan SweepInterval { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>Collects every option that is out of range.</summary>
    /// <param name="path">Where the options stand in the configuration.</param>
    /// <param name="errors">Receives the mistakes.</param>
    public void Validate(string path, ConfigurationErrors errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        Sessions.Validate(path, errors);
        Building.Validate($"{path}:{nameof(Building)}", errors);
        Compaction.Validate($"{path}:{nameof(Compaction)}", errors);
        Check(ContextTokens is null or >= 100, nameof(ContextTokens), ContextTokens, "Use 100 or more, such as 32000.");
        Check(ReservedOutputTokens is null or >= 0 && !(ReservedOutputTokens >= ContextTokens), nameof(ReservedOutputTokens), ReservedOutputTokens, $"Use 0 or more, and fewer than {nameof(ContextTokens)}.");
        Check(SafetyShare is >= 0 and <= 0.5, nameof(SafetyShare), SafetyShare, "Use 0 to 0.5, such as 0.05.");
        Check(MemoryResults is >= 0 and <= 100, nameof(MemoryResults), MemoryResults, "Use 0 to 100.");
        Check(ConflictAttempts is >= 1 and <= 100, nameof(ConflictAttempts), ConflictAttempts, "Use 1 to 100.");
        Check(SweepInterval >= TimeSpan.FromSeconds(1) && SweepInterval <= TimeSpan.FromDays(1), nameof(SweepInterval), SweepInterval, "Use a second to a day.");
        CheckName(path, nameof(ContextBuilder), "context builder", ContextBuilder, ContextBuilders.Names, errors);
        if (Compactor is not null)
        {
            CheckName(path, nameof(Compactor), "compactor", Compactor, Compactors.Names, errors);
        }

        void Check(bool isValid, string name, object? value, string fix)
        {
            if (!isValid)
            {
                errors.Add($"{path}:{name}", string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{value} is out of range."), fix);
            }
        }
    }

    private static void CheckName(string path, string key, string kind, string name, IReadOnlyList<string> names, ConfigurationErrors errors)
    {
        if (!names.Contains(name, StringComparer.OrdinalIgnoreCase))
        {
            errors.AddUnknownName($"{path}:{key}", kind, name, names);
        }
    }
}
