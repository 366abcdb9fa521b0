using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Apache.Arrow;
using Apache.Arrow.Types;

namespace Inkstone.Text.Corpora.Arrow;

/// <summary>Values of Arrow arrays as JSON. Dates and times are text in the form that DuckDB gives them; bytes are base64.</summary>
internal static class ArrowValues
{
    private const int DeepestNesting = 32;

    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    /// <summary>The value at an index.</summary>
    /// <exception cref="NotSupportedException">No JSON stands for this type.</exception>
    public static JsonNode? Of(IArrowArray array, int index, int depth = 0)
    {
        if (depth > DeepestNesting)
        {
            throw new NotSupportedException("lists and records are nested deeper than 32 levels");
        }

        if (array.IsNull(index))
        {
            return null;
        }

        return array switch
        {
            StringArray texts => Strict.GetString(texts.GetBytes(index)),
            LargeStringArray texts => Strict.GetString(texts.GetBytes(index)),
            StringViewArray texts => Strict.GetString(texts.GetBytes(index)),
            DictionaryArray words => Of(words.Dictionary, IndexOf(words.Indices, index, words.Dictionary.Length), depth + 1),
            BooleanArray truths => truths.GetValue(index)!.Value,
            Int8Array numbers => numbers.GetValue(index)!.Value,
            Int16Array numbers => numbers.GetValue(index)!.Value,
            Int32Array numbers => numbers.GetValue(index)!.Value,
            Int64Array numbers => numbers.GetValue(index)!.Value,
            UInt8Array numbers => numbers.GetValue(index)!.Value,
            UInt16Array numbers => numbers.GetValue(index)!.Value,
            UInt32Array numbers => numbers.GetValue(index)!.Value,
            UInt64Array numbers => numbers.GetValue(index)!.Value,
            HalfFloatArray numbers => Number((float)numbers.GetValue(index)!.Value),
            FloatArray numbers => numbers.GetValue(index)!.Value is var single && float.IsFinite(single) ? single : null,
            DoubleArray numbers => Number(numbers.GetValue(index)!.Value),
            Decimal128Array numbers => JsonNode.Parse(numbers.GetString(index)!),
            Decimal256Array numbers => JsonNode.Parse(numbers.GetString(index)!),
            Date32Array dates => Text(dates.GetDateTime(index)!.Value, "yyyy-MM-dd"),
            Date64Array dates => Text(dates.GetDateTime(index)!.Value, "yyyy-MM-dd"),
            TimestampArray times => Timestamp(times, index),
            Time32Array times => Text(times.GetTime(index)!.Value, "HH:mm:ss.FFFFFF"),
            Time64Array times => Text(times.GetTime(index)!.Value, "HH:mm:ss.FFFFFF"),
            ListArray lists => List(lists.GetSlicedValues(index), depth),
            LargeListArray lists => List(lists.GetSlicedValues(index), depth),
            FixedSizeListArray lists => List(lists.GetSlicedValues(index), depth),
            StructArray records => Record(records, index, depth),
            BinaryArray bytes => Convert.ToBase64String(bytes.GetBytes(index)),
            LargeBinaryArray bytes => Convert.ToBase64String(bytes.GetBytes(index)),
            Apache.Arrow.Arrays.FixedSizeBinaryArray bytes => Convert.ToBase64String(bytes.GetBytes(index)),
            _ => throw new NotSupportedException($"the type {array.Data.DataType.Name} is not read"),
        };
    }

    private static JsonValue? Number(double number) => double.IsFinite(number) ? JsonValue.Create(number) : null;

    private static int IndexOf(IArrowArray indices, int index, int length)
    {
        long place = Of(indices, index)!.GetValue<object>() is IConvertible number ? number.ToInt64(CultureInfo.InvariantCulture) : -1;
        return place >= 0 && place < length ? (int)place : throw new InvalidDataException("a value points outside its dictionary");
    }

    private static string Text(IFormattable value, string format) => value.ToString(format, CultureInfo.InvariantCulture);

    private static string Timestamp(TimestampArray times, int index)
    {
        var text = Text(times.GetTimestamp(index)!.Value.UtcDateTime, "yyyy-MM-dd HH:mm:ss.FFFFFF");
        return string.IsNullOrEmpty(((TimestampType)times.Data.DataType).Timezone) ? text : text + "+00";
    }

    private static JsonArray List(IArrowArray? items, int depth)
    {
        var list = new JsonArray();
        for (int i = 0; i < items?.Length; i++)
        {
            list.Add(Of(items, i, depth + 1));
        }

        return list;
    }

    private static JsonObject Record(StructArray records, int index, int depth)
    {
        var record = new JsonObject();
        var fields = ((StructType)records.Data.DataType).Fields;
        for (int i = 0; i < fields.Count; i++)
        {
            record[fields[i].Name] = Of(records.Fields[i], index, depth + 1);
        }

        return record;
    }
}
