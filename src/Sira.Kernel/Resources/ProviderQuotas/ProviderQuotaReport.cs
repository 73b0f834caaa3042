namespace Sira.Kernel.Resources.ProviderQuotas;

/// <summary>What a provider said of its quota, as in the rate limit headers of an answer.</summary>
/// <remarks>It comes from outside and is not trusted: a negative amount counts as nothing, a limit of nothing as nothing left until the reset, more remaining than the limit as the limit, a reset that is over says nothing of what remains now, and one further ahead than <see cref="ProviderQuotaPool.LongestReset"/> counts as that.</remarks>
/// <param name="Limit">How much the provider allows within one window; <see langword="null"/> if it did not say.</param>
/// <param name="Remaining">How much is left until the reset; <see langword="null"/> if it did not say.</param>
/// <param name="ResetAfter">In what time all of it is there again; <see langword="null"/> if it did not say. Where the provider names an instant, subtract the instant of its own Date header: its clock and this one differ.</param>
public readonly record struct ProviderQuotaReport(long? Limit, long? Remaining, TimeSpan? ResetAfter);
