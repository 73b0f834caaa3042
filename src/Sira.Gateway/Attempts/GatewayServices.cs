using Microsoft.Extensions.Logging;
using Sira.Gateway.Diagnostics;
using Sira.Gateway.Hedging;
using Sira.Gateway.Ledger;
using Sira.Gateway.Telemetry;
using Sira.Kernel.Messaging;
using Sira.Kernel.Resources;
using Sira.Kernel.Time;
using Sira.Tokens;

namespace Sira.Gateway.Attempts;

/// <summary>What every call needs, resolved once.</summary>
internal sealed record GatewayServices(
    TimeProvider Time,
    IRandomSource Random,
    ResourceScheduler Scheduler,
    IMessageBus Bus,
    ITokenEstimator Estimator,
    GatewayMetrics Metrics,
    HedgeBudget HedgeBudget,
    CallsInFlight InFlight,
    UsageLedger Ledger,
    DecisionLog Decisions,
    ILogger<GatewayCall> Logger);
