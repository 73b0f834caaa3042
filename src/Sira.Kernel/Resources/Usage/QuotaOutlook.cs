namespace Sira.Kernel.Resources.Usage;

/// <summary>Whether what is left of a quota lasts until its reset, as things are expected to go.</summary>
/// <param name="Lasts">Whether it does.</param>
/// <param name="ExpectedUse">What is expected to be asked for until the reset.</param>
/// <param name="ExhaustedIn">In what time nothing is left; <see langword="null"/> when it lasts.</param>
public readonly record struct QuotaOutlook(bool Lasts, double ExpectedUse, TimeSpan? ExhaustedIn);
