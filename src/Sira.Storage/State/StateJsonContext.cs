using System.Text.Json.Serialization;

namespace Sira.Storage.State;

/// <summary>Writes what slots hold without reflection.</summary>
[JsonSerializable(typeof(SlotManifest))]
[JsonSerializable(typeof(LeaseHolder))]
internal sealed partial class StateJsonContext : JsonSerializerContext;
