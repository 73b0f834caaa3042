using Microsoft.Extensions.AI;
using Sira.Kernel.Resources;

namespace Sira.Requests;

/// <summary>One request of the application, from the top of the pipeline to the settlement of its last model call. Passed down by reference; retries, fallbacks, tools and reasoning share its budget.</summary>
/// <remarks>Counters are thread-safe, since tools and reasoning may make calls in parallel.</remarks>
public sealed class RequestContext
{
    /// <summary>The key in <see cref="ChatOptions.AdditionalProperties"/> that carries a request through stages which replace <see cref="SiraChatOptions"/>.</summary>
    public const string PropertyName = "sira.request";

    private int attempts;
    private long tokens;
    private long picoDollars;
    private int unpricedCalls;

    /// <summary>Initializes a new instance.</summary>
    /// <param name="startedAt">The clock's timestamp at the beginning, from <see cref="TimeProvider.GetTimestamp"/>.</param>
    /// <param name="budget">What the request may spend; <see langword="null"/> for no limit.</param>
    public RequestContext(long startedAt, RequestBudget? budget = null) => (StartedAt, Budget) = (startedAt, budget ?? RequestBudget.Unlimited);

    /// <summary>Gets the clock's timestamp at the beginning.</summary>
    public long StartedAt { get; }

    /// <summary>Gets what the request may spend; <see cref="RequestBudget.Unlimited"/> when it brings no limit of its own, so that the route's applies.</summary>
    public RequestBudget Budget { get; }

    /// <summary>Gets the tenant on whose behalf it is made.</summary>
    public string? Tenant { get; init; }

    /// <summary>Gets the user on whose behalf it is made.</summary>
    public string? User { get; init; }

    /// <summary>Gets the team that it is made for, for budgets and the ledger.</summary>
    public string? Team { get; init; }

    /// <summary>Gets the name of the caller's own key at the application (a virtual key, never a provider's secret), for budgets and the ledger.</summary>
    public string? Key { get; init; }

    /// <summary>Gets the priority where requests queue; higher goes first.</summary>
    /// <value>Default 0.</value>
    public int Priority { get; init; }

    /// <summary>Gets what should stick to one target: a conversation, a session. Balancers that know affinity hash it.</summary>
    public string? AffinityKey { get; init; }

    /// <summary>Gets free-form facts for policies and logs.</summary>
    public IReadOnlyDictionary<string, string>? Tags { get; init; }

    /// <summary>Gets the attempts made so far.</summary>
    public int Attempts => Volatile.Read(ref attempts);

    /// <summary>Gets the tokens billed so far.</summary>
    public long Tokens => Volatile.Read(ref tokens);

    /// <summary>Gets the US dollars billed so far by calls whose price is known.</summary>
    public decimal Cost => Volatile.Read(ref picoDollars) / Money.PicoDollarsPerUsd;

    /// <summary>Gets the number of calls whose price is not known, and which <see cref="Cost"/> therefore lacks.</summary>
    public int UnpricedCalls => Volatile.Read(ref unpricedCalls);

    /// <summary>Takes one attempt from a budget: the request's own, or the route's for a request that brings none.</summary>
    /// <param name="budget">The budget.</param>
    /// <returns>Whether there was one left.</returns>
    public bool TryTakeAttempt(RequestBudget budget)
    {
        ArgumentNullException.ThrowIfNull(budget);
        var taken = Interlocked.Increment(ref attempts);
        if (budget.MaxAttempts is { } maximum && taken > maximum)
        {
            Interlocked.Decrement(ref attempts);
            return false;
        }

        return true;
    }

    /// <summary>Adds what a call was billed.</summary>
    /// <param name="billedTokens">Input and output tokens.</param>
    /// <param name="cost">US dollars, or <see langword="null"/> when the price is unknown.</param>
    public void Charge(long billedTokens, decimal? cost) => ChargePicoDollars(billedTokens, cost is { } dollars ? Money.ToPicoDollars(dollars) : null);

    /// <summary>Adds what a call was billed, where the price is at hand in whole pico-dollars (10⁻¹² USD).</summary>
    /// <param name="billedTokens">Input and output tokens.</param>
    /// <param name="cost">Pico-dollars, or <see langword="null"/> when the price is unknown.</param>
    public void ChargePicoDollars(long billedTokens, long? cost)
    {
        Interlocked.Add(ref tokens, billedTokens);
        if (cost is { } billed)
        {
            Interlocked.Add(ref picoDollars, billed);
        }
        else
        {
            Interlocked.Increment(ref unpricedCalls);
        }
    }

    /// <summary>Finds the request that an embedding call belongs to. There is no subclass of its options: a request travels in their properties, under <see cref="PropertyName"/>.</summary>
    /// <param name="options">The options of the call.</param>
    /// <returns>The request, or <see langword="null"/> when a new one begins here.</returns>
    public static RequestContext? Find(EmbeddingGenerationOptions? options) => FindIn(options?.AdditionalProperties);

    /// <summary>Finds the request that options belong to.</summary>
    /// <param name="options">The options of the call.</param>
    /// <returns>The request, or <see langword="null"/> when a new one begins here.</returns>
    public static RequestContext? Find(ChatOptions? options) =>
        options is SiraChatOptions { Request: { } request } ? request : FindIn(options?.AdditionalProperties);

    private static RequestContext? FindIn(AdditionalPropertiesDictionary? properties) =>
        properties is not null && properties.TryGetValue(PropertyName, out var value) ? value as RequestContext : null;
}
