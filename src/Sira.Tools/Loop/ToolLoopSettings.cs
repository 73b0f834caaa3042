using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Sira.Kernel.Contributions;

namespace Sira.Tools.Loop;

/// <summary>An immutable copy of <see cref="ToolLoopOptions"/>, the tools there are at the moment, and what the loop gets from its host.</summary>
internal sealed class ToolLoopSettings
{
    private readonly SharedTools tools;

    public ToolLoopSettings(ToolLoopOptions options, IServiceProvider? services)
    {
        tools = new SharedTools([.. options.Tools], services?.GetService(typeof(ContributionCatalogue)) as ContributionCatalogue);
        OfferTools = options.OfferTools;
        MaxRounds = options.MaxRounds;
        MaxCalls = options.MaxCalls;
        LimitBehavior = options.LimitBehavior;
        MaxDuration = options.MaxDuration;
        CallTimeout = options.CallTimeout;
        CancellationGrace = options.CancellationGrace;
        MaxConcurrency = options.MaxConcurrency;
        MaxConsecutiveErrors = options.MaxConsecutiveErrors;
        IncludeDetailedErrors = options.IncludeDetailedErrors;
        UnknownTools = options.UnknownTools;
        Services = services;
        Time = options.TimeProvider ?? services?.GetService(typeof(TimeProvider)) as TimeProvider ?? TimeProvider.System;
        Logger = (services?.GetService(typeof(ILoggerFactory)) as ILoggerFactory)?.CreateLogger("Sira.Tools") ?? NullLogger.Instance;
    }

    public AITool[] Tools => tools.Current;

    public bool OfferTools { get; }

    public int MaxRounds { get; }

    public int MaxCalls { get; }

    public ToolLimitBehavior LimitBehavior { get; }

    public TimeSpan? MaxDuration { get; }

    public TimeSpan? CallTimeout { get; }

    public TimeSpan CancellationGrace { get; }

    public int MaxConcurrency { get; }

    public int MaxConsecutiveErrors { get; }

    public bool IncludeDetailedErrors { get; }

    public UnknownToolBehavior UnknownTools { get; }

    public IServiceProvider? Services { get; }

    public TimeProvider Time { get; }

    public ILogger Logger { get; }
}
