using System.Collections.Frozen;
using System.Runtime.CompilerServices;
using Sira.Gateway.Configuration;
using Sira.Kernel.Configuration;
using Sira.Kernel.Resources;
using Sira.Requests;

namespace Sira.Gateway.Budgets;

/// <summary>One limit that the calls of a route reserve from: one pool for all of them or for one value, or one pool for each value.</summary>
internal sealed class RoutePool
{
    private readonly string? tag;
    
    // What is in force once it is opened: a pool, or a family of them.
    private CallPool own;
    private ResourcePoolFamily? family;
    private ConditionalWeakTable<ResourcePool, ThresholdWatch>? watches;

    public RoutePool(RoutePoolKind kind, string owner, BudgetOptions options, long limit)
    {
        (Kind, Scope, tag, Match) = (kind, options.For, options.Tag, options.Match);
        (IsStrict, WhenReached) = (options.Strict, options.WhenReached);
        Thresholds = [.. options.Thresholds.Order().Select(share => Threshold.Of(share, limit))];
        var (noun, unit) = kind switch
        {
            RoutePoolKind.Money => ("money", ResourceUnit.UsDollars),
            RoutePoolKind.Tokens => ("token", ResourceUnit.Tokens),
            _ => ("request", ResourceUnit.Requests),
        };
        Definition = options.Window switch
        {
            BudgetWindow.Fixed => ResourcePoolDefinition.Fixed(limit, options.Per, unit),
            BudgetWindow.CalendarMonth => ResourcePoolDefinition.CalendarMonth(limit, unit),
            _ => ResourcePoolDefinition.Sliding(limit, options.Per, unit),
        };

        // Not the kind of window: a budget that only changes that keeps what has been spent of it.
        var per = options.Window is BudgetWindow.CalendarMonth ? "month" : DurationText.Write(options.Per);
        FamilyName = Scope is BudgetScope.All ? null : $"{noun} budget of {Word(Scope, tag)} '{ResourcePoolFamily.KeyPlaceholder}' on {owner} per {per}";
        Name = FamilyName is null ? $"{noun} budget of {owner} per {per}" : Match is null ? FamilyName : FamilyName.Replace(ResourcePoolFamily.KeyPlaceholder, BudgetKey.Of(Match), StringComparison.Ordinal);
    }

    public RoutePoolKind Kind { get; }

    public BudgetScope Scope { get; }

    /// <summary>The name of the pool, or of the family.</summary>
    public string Name { get; }

    /// <summary>The name of the family that counts every value as this does; <see langword="null"/> when it counts all together.</summary>
    public string? FamilyName { get; }

    public ResourcePoolDefinition Definition { get; }

    /// <summary>Whether nothing may be spent beyond the limit, so that the worst case is reserved.</summary>
    public bool IsStrict { get; }

    /// <summary>The shares that are told when they are reached, in ascending order.</summary>
    public Threshold[] Thresholds { get; }

    /// <summary>How requests are routed while the first threshold is reached.</summary>
    public RoutingOptions? WhenReached { get; }

    /// <summary>The only value that counts here.</summary>
    public string? Match { get; }

    /// <summary>Whether it is one value's, in the place of the family's.</summary>
    public bool IsException => Match is not null;

    /// <summary>The value's key in the family.</summary>
    public string Key => BudgetKey.Of(Match);

    /// <summary>The values that have an exception from this one.</summary>
    public FrozenSet<string> Exceptions { get; set; } = FrozenSet<string>.Empty;

    /// <summary>The pool, where there is one only.</summary>
    public ResourcePool? Pool => own.Pool;

    /// <summary>Whether a request counts here.</summary>
    public bool Concerns(RequestContext request) =>
        Scope is BudgetScope.All
        || (Match is not null ? string.Equals(ValueOf(request), Match, StringComparison.Ordinal) : Exceptions.Count == 0 || ValueOf(request) is not { } value || !Exceptions.Contains(value));

    /// <summary>The pool of a request that counts here.</summary>
    public CallPool PoolOf(RequestContext request) => family is null ? own : With(family.Get(BudgetKey.Of(ValueOf(request))), BudgetKey.Of(ValueOf(request)));

    /// <summary>What a call holds whose pool the family let go before it was reserved from.</summary>
    public CallPool With(ResourcePool pool, string? value) => new(this, pool, Thresholds.Length == 0 ? null : watches!.GetOrCreateValue(pool), value);

    /// <summary>Makes the pools, or takes over those there are with what is spent of them. Done when a configuration comes into force, so that one that is refused changes no limit.</summary>
    public void Open(ResourcePoolRegistry registry, ConditionalWeakTable<ResourcePool, ThresholdWatch> known)
    {
        watches = known;
        if (FamilyName is not null && Match is null)
        {
            family = registry.GetOrAddFamily(FamilyName, Definition);
        }
        else
        {
            own = With(registry.GetOrAdd(Name, Definition), Match);
        }
    }

    private string? ValueOf(RequestContext request) => BudgetKey.ValueOf(Scope, request, tag);

    private static string Word(BudgetScope scope, string? tag) => scope switch
    {
        BudgetScope.Tenant => "tenant",
        BudgetScope.Team => "team",
        BudgetScope.User => "user",
        BudgetScope.Key => "key",
        _ => $"tag '{tag}' =",
    };
}
