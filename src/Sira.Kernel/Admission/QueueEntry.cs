namespace Sira.Kernel.Admission;

/// <summary>How somebody waits in a queue.</summary>
/// <param name="Priority">Who is served first: the higher number; in the order of arrival among equals.</param>
/// <param name="MaximumWait">How long to wait at most; <see langword="null"/>, or more than the queue allows, means as long as the queue allows. Zero does not wait, yet does not overtake those who do.</param>
public readonly record struct QueueEntry(int Priority = 0, TimeSpan? MaximumWait = null);
