using System.Text.Json.Serialization;

namespace Sira.Session.Tests.Support;

[JsonSerializable(typeof(Basket))]
[JsonSerializable(typeof(int))]
[JsonSerializable(typeof(string))]
internal sealed partial class TestJson : JsonSerializerContext;
