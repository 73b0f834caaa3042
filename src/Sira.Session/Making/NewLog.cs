using Sira.Session.Records;
using Sira.Storage.Events;
using Sira.Storage.Keys;

namespace Sira.Session.Making;

/// <summary>A log that is to be begun, and what has to hold for that.</summary>
/// <param name="Record">The record of its session.</param>
/// <param name="Stream">The log.</param>
/// <param name="Event">Its first event.</param>
/// <param name="User">The user's record as it was read; nothing for nobody's.</param>
/// <param name="Parent">The record of the session that is forked, as it was read; nothing for no fork.</param>
internal sealed record NewLog(SessionRecord Record, StoreKey Stream, EventData Event, Stamp<UserRecord>? User, Stamp<SessionRecord>? Parent);
