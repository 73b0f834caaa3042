namespace Sira.Gateway.Budgets;

/// <summary>What a budget counts, and therefore in which unit its pool is.</summary>
internal enum RoutePoolKind
{
    /// <summary>Money, in pico-dollars.</summary>
    Money,

    /// <summary>Tokens, input and output together.</summary>
    Tokens,

    /// <summary>Calls of providers.</summary>
    Requests,
}
