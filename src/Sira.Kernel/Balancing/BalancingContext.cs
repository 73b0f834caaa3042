using Sira.Kernel.Time;

namespace Sira.Kernel.Balancing;

/// <summary>What a balancer may look at beside the endpoints.</summary>
/// <param name="Random">The source of randomness.</param>
/// <param name="AffinityKey">A hash of what should stick together (conversation, user, prompt prefix); 0 when nothing should.</param>
public readonly record struct BalancingContext(IRandomSource Random, ulong AffinityKey = 0);
