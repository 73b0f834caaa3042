using System.Text;
using Sira.Kernel.Messaging.DeadLetters;
using Sira.Kernel.Messaging.Journal;
using Sira.Storage.Messaging.Formats;
using Sira.Storage.Messaging.Records;

namespace Sira.Storage.Tests.Messaging;

/// <summary>What was written once stays readable: samples of every version that there was.</summary>
public class JournalFormatTests
{
    private const string RecordVersion1 = "011621E80B7069E3F48C000000FF070A6F72646572732E6E657704343731318000B796AB49DE0809030A5363686CC3BC7373656C0163010168013100974F97AB49DE08802DE897AB49DE083730302D30616637363531393136636434336464383434386562323131633830333139632D623761643662373136393230333333312D303103613D62016780C020C1744ADE08808C3DDEAB49DE087061796C6F6164";
    private const string GroupVersion1 = "01EFBC7482000364C801086F72646572732E2A";
    private const string RowVersion1 = "018D69684F03020180467ABAAB49DE088000B796AB49DE08";
    private const string NumberVersion1 = "016CFAC873AC02";
    private const string LetterVersion1 = "013BDC562803016701048000B796AB49DE0800F1B199AB49DE08071053797374656D2E457863657074696F6E026E6F" + RecordVersion1;

    private static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    private static readonly JournalRecord Record = new()
    {
        Metadata = new()
        {
            Topic = "orders.new",
            Id = "4711",
            Key = "Schlüssel",
            Priority = 9,
            CorrelationId = "c",
            Headers = new Dictionary<string, string> { ["h"] = "1" },
            PublishedAt = Now,
            NotBefore = Now.AddSeconds(1),
            ExpiresAt = Now.AddSeconds(2),
            TraceParent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            TraceState = "a=b",
            Redrives = 3,
        },
        Payload = "payload"u8.ToArray(),
        Target = "g",
        KeepUntil = Now.AddDays(1),
        RememberUntil = Now.AddMinutes(2),
        Position = 7,
    };

    [Theory]
    [InlineData(RecordVersion1)]
    public void Record_OfAnEarlierVersion_IsRead(string sample)
    {
        var read = RecordFormat.Read(Convert.FromHexString(sample), new RecordPlace("e", 7, Now));

        Assert.Null(read.Damage);
        Same(Record, read);
    }

    [Theory]
    [InlineData(LetterVersion1)]
    public void Letter_OfAnEarlierVersion_IsRead(string sample)
    {
        var read = LetterFormat.Read(Convert.FromHexString(sample), "e", 5);

        Assert.Equal(Letter.Letter with { Message = read.Letter.Message }, read.Letter);
        Same(Record, read.Record);
    }

    [Theory]
    [InlineData(GroupVersion1)]
    public void Group_OfAnEarlierVersion_IsRead(string sample) =>
        Assert.Equal(new GroupState("orders.*", 3, 100, 200, IsEnding: false), GroupState.Read(Convert.FromHexString(sample), "e", "g"));

    [Theory]
    [InlineData(RowVersion1)]
    public void Row_OfAnEarlierVersion_IsRead(string sample) =>
        Assert.Equal(new JournalRow(7, 2, 1, Now.AddMinutes(1), Now), RowFormat.Read(Convert.FromHexString(sample), "e", "g", 7));

    [Theory]
    [InlineData(NumberVersion1)]
    public void Number_OfAnEarlierVersion_IsRead(string sample) => Assert.Equal(300, NumberFormat.Read(Convert.FromHexString(sample), "e", "n"));

    [Fact]
    public void Write_Now_GivesTheSamplesOfThisVersion()
    {
        ReadOnlyMemory<byte>[] written = [RecordLog.ToEvent(Record).Data, LetterFormat.Write(Letter), new GroupState("orders.*", 3, 100, 200).ToBytes(), RowFormat.Write(new JournalRow(7, 2, 1, Now.AddMinutes(1), Now)), NumberFormat.Write(300)];
        Assert.Equal([RecordVersion1, LetterVersion1, GroupVersion1, RowVersion1, NumberVersion1], written.Select(static bytes => Convert.ToHexString(bytes.Span)));
    }

    [Fact]
    public void Record_WithNothingMore_TakesFewBytes()
    {
        var record = new JournalRecord { Metadata = new() { Topic = "a", Id = "1", PublishedAt = Now }, Position = 7 };
        var bytes = RecordLog.ToEvent(record).Data;
        Assert.Equal(13 + 1 + 2 + 2 + 8 + 2, bytes.Length);
        Same(record, RecordFormat.Read(bytes, new RecordPlace("e", 7, Now)));
    }

    private static JournalDeadLetter Letter => new(
        new()
        {
            Id = 5,
            IsDurable = true,
            Group = "g",
            Reason = DeadLetterReason.Rejected,
            Message = Record.Metadata,
            ExceptionType = "System.Exception",
            Error = "no",
            Deliveries = 4,
            FirstFailedAt = Now,
            LastFailedAt = Now.AddSeconds(5),
        },
        Record);

    private static void Same(JournalRecord expected, JournalRecord read)
    {
        Assert.Equal(expected.Metadata with { Headers = read.Metadata.Headers }, read.Metadata);
        Assert.Equal(expected.Metadata.Headers, read.Metadata.Headers);
        Assert.Equal(Encoding.UTF8.GetString(expected.Payload.Span), Encoding.UTF8.GetString(read.Payload.Span));
        Assert.Equal((expected.Target, expected.KeepUntil, expected.RememberUntil, expected.Position), (read.Target, read.KeepUntil, read.RememberUntil, read.Position));
    }
}
