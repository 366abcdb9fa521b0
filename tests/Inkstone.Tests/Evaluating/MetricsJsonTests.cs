using System.Text;
using System.Text.Json.Nodes;
using Inkstone.Evaluating;
using Shouldly;
using Xunit;

namespace Inkstone.Tests.Evaluating;

public sealed class MetricsJsonTests
{
    [Fact]
    public void Write_SmallEvaluation_HasTheContractsForm()
    {
        var metrics = ClassificationMetrics.Compute([0, 1, 1], [[1000.0, 0.0], [0.0, 1000.0], [0.0, 0.0]], ["坏", "好"], [true, true, false]);

        Written(metrics).ShouldBe("""
            {
              "samples": 3,
              "loss": 0.23104906018664842,
              "accuracy": 0.6666666666666666,
              "precision_macro": 0.75,
              "recall_macro": 0.75,
              "f1_macro": 0.6666666666666666,
              "f1_micro": 0.6666666666666666,
              "f1_weighted": 0.6666666666666666,
              "roc_auc_ovr_macro": 1,
              "pr_auc_ovr_macro": 1,
              "balanced_accuracy": 0.75,
              "mcc": 0.5,
              "kappa": 0.4,
              "top_2_accuracy": null,
              "top_3_accuracy": null,
              "top_5_accuracy": null,
              "brier_score": 0.08333333333333333,
              "expected_calibration_error": 0.16666666666666666,
              "per_class": {
                "坏": {
                  "precision": 0.5,
                  "recall": 1,
                  "f1": 0.6666666666666666,
                  "support": 1,
                  "roc_auc": 1,
                  "pr_auc": 1
                },
                "好": {
                  "precision": 1,
                  "recall": 0.5,
                  "f1": 0.6666666666666666,
                  "support": 2,
                  "roc_auc": 1,
                  "pr_auc": 1
                }
              },
              "confusion": [[1,0],[1,1]],
              "labels": ["坏","好"],
              "seen": {
                "samples": 2,
                "loss": 0,
                "accuracy": 1,
                "precision_macro": 1,
                "recall_macro": 1,
                "f1_macro": 1,
                "f1_micro": 1,
                "f1_weighted": 1,
                "roc_auc_ovr_macro": 1,
                "pr_auc_ovr_macro": 1,
                "balanced_accuracy": 1,
                "mcc": 1,
                "kappa": 1,
                "top_2_accuracy": null,
                "top_3_accuracy": null,
                "top_5_accuracy": null,
                "brier_score": 0,
                "expected_calibration_error": 0,
                "per_class": {
                  "坏": {
                    "precision": 1,
                    "recall": 1,
                    "f1": 1,
                    "support": 1,
                    "roc_auc": 1,
                    "pr_auc": 1
                  },
                  "好": {
                    "precision": 1,
                    "recall": 1,
                    "f1": 1,
                    "support": 1,
                    "roc_auc": 1,
                    "pr_auc": 1
                  }
                },
                "confusion": [[1,0],[0,1]],
                "labels": ["坏","好"],
                "undefined": {
                  "top_2_accuracy": "there are fewer than three classes",
                  "top_3_accuracy": "there are fewer than four classes",
                  "top_5_accuracy": "there are fewer than six classes"
                }
              },
              "unseen": {
                "samples": 1,
                "loss": 0.6931471805599453,
                "accuracy": 0,
                "precision_macro": 0,
                "recall_macro": 0,
                "f1_macro": 0,
                "f1_micro": 0,
                "f1_weighted": 0,
                "roc_auc_ovr_macro": null,
                "pr_auc_ovr_macro": null,
                "balanced_accuracy": 0,
                "mcc": null,
                "kappa": 0,
                "top_2_accuracy": null,
                "top_3_accuracy": null,
                "top_5_accuracy": null,
                "brier_score": 0.25,
                "expected_calibration_error": 0.5,
                "per_class": {
                  "坏": {
                    "precision": 0,
                    "recall": 0,
                    "f1": 0,
                    "support": 0,
                    "roc_auc": null,
                    "pr_auc": null,
                    "undefined": {
                      "roc_auc": "no row is labelled '坏'",
                      "pr_auc": "no row is labelled '坏'"
                    }
                  },
                  "好": {
                    "precision": 0,
                    "recall": 0,
                    "f1": 0,
                    "support": 1,
                    "roc_auc": null,
                    "pr_auc": 1,
                    "undefined": {
                      "roc_auc": "every row is labelled '好'"
                    }
                  }
                },
                "confusion": [[0,0],[1,0]],
                "labels": ["坏","好"],
                "undefined": {
                  "roc_auc_ovr_macro": "no row is labelled '坏'",
                  "pr_auc_ovr_macro": "no row is labelled '坏'",
                  "mcc": "every row is labelled '好'",
                  "top_2_accuracy": "there are fewer than three classes",
                  "top_3_accuracy": "there are fewer than four classes",
                  "top_5_accuracy": "there are fewer than six classes"
                }
              },
              "undefined": {
                "top_2_accuracy": "there are fewer than three classes",
                "top_3_accuracy": "there are fewer than four classes",
                "top_5_accuracy": "there are fewer than six classes"
              }
            }
            """ + "\n");
    }

    [Fact]
    public void Write_TrainingRowsNotKnown_HasNullPartsAndTheReason()
    {
        var json = JsonNode.Parse(Written(ClassificationMetrics.Compute([0, 1], [[1.0, 0.0], [0.0, 1.0]], ["坏", "好"])))!.AsObject();

        json["seen"].ShouldBeNull();
        json["unseen"].ShouldBeNull();
        json["undefined"]!.ToJsonString().ShouldBe(
            """{"top_2_accuracy":"there are fewer than three classes","top_3_accuracy":"there are fewer than four classes","top_5_accuracy":"there are fewer than six classes","seen":"the training rows are not known","unseen":"the training rows are not known"}""");
    }

    [Fact]
    public void Write_EverythingExists_HasNoUndefined()
    {
        var golden = MetricGolden.All[2];
        var metrics = ClassificationMetrics.Compute(golden.Labels, golden.Logits, ["a", "b", "c", "d", "e", "f"], new bool[400]);

        var json = JsonNode.Parse(Written(metrics))!.AsObject();

        json.ContainsKey("undefined").ShouldBeFalse();
        json["seen"]!["undefined"]!.AsObject().Count.ShouldBe(MetricName.All.Count + 5);
        json["unseen"]!["loss"]!.GetValue<double>().ShouldBe(metrics.Loss!.Value);
    }

    [Fact]
    public void Write_Intervals_AreTwoEndsOrNullWithTheReason()
    {
        double[][] logits = [[1.0, 0.0], [0.0, 1.0], [1.0, 0.0]];

        var some = JsonNode.Parse(Written(ClassificationMetrics.Compute([0, 1, 1], logits, ["坏", "好"], withIntervals: true)))!["intervals"]!;
        var none = JsonNode.Parse(Written(ClassificationMetrics.Compute([0, 1, 0], logits, ["坏", "好"], withIntervals: true)))!["intervals"]!;

        some["accuracy"]!.AsArray().Select(end => end!.GetValue<double>()).ShouldBe([0, 1]);
        some.AsObject().ContainsKey("undefined").ShouldBeFalse();
        none["f1_macro"].ShouldBeNull();
        none["undefined"]!.GetValue<string>().ShouldStartWith("every row is right");
    }

    [Fact]
    public void Write_EveryMetricName_IsAKey()
    {
        var json = JsonNode.Parse(Written(ClassificationMetrics.Compute([0, 1], [[1.0, 0.0], [0.0, 1.0]], ["坏", "好"])))!.AsObject();

        MetricName.All.ShouldAllBe(name => json.ContainsKey(name));
    }

    private static string Written(ClassificationMetrics metrics)
    {
        using var stream = new MemoryStream();
        MetricsJson.Write(stream, metrics);
        return Encoding.UTF8.GetString(stream.ToArray());
    }
}
