// Words instead of the names of columns.
#include <catch2/catch.hpp>

#include "page/column.h"
#include "page/plot_types.h"
#include "support/json_page.h"
#include "support/tiny_page.h"

namespace calculon::test {

TEST_CASE("words begin small within a sentence, names and abbreviations stay", "[page]") {
  CHECK(column_info("sample_rate").in_sentence() == "sample rate");
  CHECK(column_info("relative_to_80").in_sentence() == "sample rate relative to that of 80");
  CHECK(column_info("My own axis").in_sentence() == "My own axis");
  ColumnInfo column;
  column.name = "mfu";
  column.words = "MFU of a step";
  CHECK(column.in_sentence() == "MFU of a step");
}

TEST_CASE("titles are words, too", "[page]") {
  JsonPage made;
  made.rows = {{{"num_procs", 8}, {"kind", "a"}, {"tensor_par", 2}, {"sample_rate", 1.0}},
               {{"num_procs", 8}, {"kind", "b"}, {"tensor_par", 2}, {"sample_rate", 2.0}},
               {{"num_procs", 16}, {"kind", "a"}, {"tensor_par", 4}, {"sample_rate", 3.0}}};
  for (Json& row : made.rows) {
    row["relative_to_a"] = row["sample_rate"];
    row["total_time"] = 8;
  }
  const PageContent content = made;
  const auto title = [&](const char* plot) { return draw_plot(Json::parse(plot), content).title; };
  CHECK(title(R"({"type": "heatmap", "x": "num_procs", "y": "tensor_par"})") ==
        "Sample rate over processors and tensor parallelism");
  CHECK(title(R"({"type": "line", "x": "kind", "y": ["relative_to_a", "total_time"]})") ==
        "Sample rate relative to that of a, time of the batch over kind");
  CHECK(title(R"({"type": "boxes", "x": "num_procs", "y": "total_time"})") ==
        "Time of the batch by processors");
  CHECK(title(R"({"type": "scaling", "x": "num_procs"})") == "Scaling of the sample rate");
  CHECK(title(R"({"type": "speedup", "x": "num_procs", "over": "kind"})") ==
        "Improvement of the sample rate over kind a");
  CHECK(title(R"({"type": "scatter", "x": "total_time", "y": "sample_rate"})") ==
        "Sample rate against time of the batch");
  CHECK(title(R"({"type": "cdf"})") == "The 3 best by sample rate");
  const Drawing panels =
      draw_plot(Json::parse(R"({"type": "line", "x": "kind", "panel": "num_procs"})"), content);
  CHECK(panels.spec["marks"][1]["title"]["text"] == "processors 16");
}

TEST_CASE("axes are titled in words with units", "[page]") {
  CHECK(column_info("sample_rate").with_unit() == "Sample rate (samples/s)");
  CHECK(column_info("memory.peak").with_unit() == "Memory of the fullest processor (GiB)");
  CHECK(column_info("bubble_time").with_unit() == "Bubble time (s)");
  CHECK(column_info("time.bubble").with_unit() == "Time: bubble (s)");
  CHECK(column_info("tensor_par").with_unit() == "Tensor parallelism");
  CHECK(column_info("seq_par_ag_redo").with_unit() == "Seq par ag redo");
  CHECK(column_info("days").with_unit() == "Time of the run (days)");
  CHECK(column_info("my own_axis").with_unit() == "my own_axis");
  CHECK(column_info("relative_to_80 GiB").with_unit() ==
        "Sample rate relative to that of 80 GiB (%)");
  CHECK(column_info("largest_size").with_unit() == "Largest size that meets the condition");
  CHECK(column_info("is_largest_size").with_unit() ==
        "Is the largest size that meets the condition");
  const Drawing drawing =
      draw_plot(Json::parse(R"({"type": "time_stack", "x": ["num_procs", "model"]})"), tiny_page());
  CHECK(drawing.spec["marks"][0]["axes"][0]["title"] == "Processors, model");
}

}  // namespace calculon::test
