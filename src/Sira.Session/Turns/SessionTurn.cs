namespace Sira.Session.Turns;

/// <summary>A turn of a session: what somebody says, and everything until it is answered.</summary>
/// <param name="Version">The version of the session at which its first message stands, by which messages refer to it.</param>
public readonly record struct SessionTurn(long Version);
