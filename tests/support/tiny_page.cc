#include "support/tiny_page.h"

#include <cmath>

namespace calculon::test {
namespace {

// Two models on some sizes with and without offload. The smallest sizes of the larger one have no
// answer. Nothing here is computed by the model; the parts of each batch time add up to it.
Json tiny_rows() {
  Json rows = Json::array();
  for (const char* model : {"GPT3 175B", "Megatron-1T"}) {
    const bool large = std::string(model) == "Megatron-1T";
    for (const bool offload : {false, true}) {
      for (const int size : {64, 128, 256, 512, 1024, 2048, 4096}) {
        Json row = {{"model", model}, {"offload", offload}, {"size", size}};
        if (large && size <= (offload ? 64 : 128)) {
          row["status"] = "infeasible";
          row["reason_kind"] = "memory tier 1 is too small";
          row["reason"] = "memory tier 1 needs 93.100 GiB but has 80.000 GiB (13.100 GiB too much)";
          row["enumerated"] = 1000;
          row["feasible"] = 0;
          rows.push_back(row);
          continue;
        }
        const double speed = size * (offload ? 0.11 : 0.1) / (large ? 6 : 1) *
                             (size == 512 ? 0.55 : 1) / (1 + size / 20000.0);
        const double time = 4096 / speed;
        constexpr double kGiB = 1073741824;
        row.update({{"status", "ok"},
                    {"enumerated", 1000},
                    {"feasible", 300 + size},
                    {"num_procs", size},
                    {"tensor_par", 8},
                    {"pipeline_par", size / 64},
                    {"data_par", 8},
                    {"microbatch_size", 2},
                    {"activation_recompute", "attn_only"},
                    {"activations_offload", offload},
                    {"sample_rate", speed},
                    {"total_time", time},
                    {"fw_time", 0.25 * time},
                    {"bw_time", 0.4 * time},
                    {"optim_step_time", 0.01 * time},
                    {"bubble_time", 0.1 * time},
                    {"recompute_time", 0.05 * time},
                    {"tp_comm_exposed_time", 0.08 * time},
                    {"recomm_exposed_time", 0.02 * time},
                    {"pp_comm_exposed_time", 0.03 * time},
                    {"dp_comm_exposed_time", (offload ? 0.02 : 0.06) * time},
                    {"fw_offload_exposed_time", offload ? 0.01 * time : 0.0},
                    {"bw_offload_exposed_time", offload ? 0.03 * time : 0.0},
                    {"total_efficiency", 0.7 / (1 + size / 20000.0)},
                    {"proc_mem_tier1_cap_req", (offload ? 30 : 70) * kGiB},
                    {"proc_mem_tier2_cap_req", offload ? 100 * kGiB : 0.0},
                    {"weight_space", 10 * kGiB},
                    {"act_space", 30 * kGiB},
                    {"act_checkpoint_size", 5 * kGiB},
                    {"weight_grad_space", 8 * kGiB},
                    {"act_grad_space", 2 * kGiB},
                    {"optimizer_space", 15 * kGiB},
                    {"weight_space_with_offload", 10 * kGiB},
                    {"act_space_with_offload", 3 * kGiB},
                    {"act_checkpoint_size_with_offload", 2 * kGiB},
                    {"weight_grad_space_with_offload", 8 * kGiB},
                    {"act_grad_space_with_offload", 2 * kGiB},
                    {"optimizer_space_with_offload", 5 * kGiB}});
        rows.push_back(row);
      }
    }
  }
  return rows;
}

Json tiny_summary() {
  Json summary = {
      {"count", 1974902},
      {"least", 6.887},
      {"greatest", 1084.06},
      {"statistic", "sample_rate"},
      {"edges", Json::array()},
      {"counts", {356503, 619844, 424090, 290875, 158447, 77829, 33861, 11860, 1491, 30}},
      {"top", Json::array()}};
  for (int i = 0; i <= 10; ++i) {
    summary["edges"].push_back(6.887 + 107.7173 * i);
  }
  for (int i = 0; i < 100; ++i) {
    summary["top"].push_back(1084.06 - 15 * std::sqrt(i));
  }
  return summary;
}

}  // namespace

JsonPage tiny_page() {
  JsonPage content;
  content.title = "Every kind of plot";
  content.notes = "A table made by hand; the numbers mean nothing.";
  content.axes = {{{"name", "model"}, {"values", {"GPT3 175B", "Megatron-1T"}}},
                  {{"name", "offload"}, {"values", {false, true}}},
                  {{"name", "size"}, {"values", {64, 128, 256, 512, 1024, 2048, 4096}}}};
  content.rows = tiny_rows();
  content.rows[6]["summary"] = tiny_summary();
  content.plots = Json::parse(R"([
    {"type": "line", "x": "size", "y": "sample_rate", "series": "model", "panel": "offload",
     "x_log": true, "y_log": true},
    {"type": "bars", "x": "size", "y": "total_efficiency", "series": "offload", "panel": "model"},
    {"type": "heatmap", "x": "size", "y": "model", "color": "total_time", "panel": "offload",
     "title": "Batch time and memory", "range": [10, 500],
     "text": [{"column": "total_time", "decimals": 1}, {"column": "proc_mem_tier1_cap_req"}]},
    {"type": "time_stack", "x": "size", "panel": "model", "where": {"offload": true}},
    {"type": "waterfall", "panel": "model"},
    {"type": "memory_stack", "x": ["size", "offload"], "where": {"model": "GPT3 175B", "size": [64, 128]}},
    {"type": "scaling", "x": "size", "panel": "model", "series": "offload"},
    {"type": "speedup", "x": "size", "over": "offload", "base": false, "series": "model"},
    {"type": "scatter", "x": "total_time", "y": "sample_rate", "series": "model", "band": 10,
     "x_log": true, "y_log": true},
    {"type": "scatter", "x": "total_time", "y": "total_efficiency", "front": true},
    {"type": "time_stack", "x": "size", "from": "difference", "title": "Two sizes",
     "where": {"model": "GPT3 175B", "offload": false, "size": [2048, 4096]}},
    {"type": "boxes", "x": "model", "y": "total_efficiency"},
    {"type": "summary", "x": ["model", "status"], "y": "total_efficiency", "series": "offload",
     "over": "size"},
    {"type": "histogram", "where": {"size": 4096}},
    {"type": "cdf", "where": {"size": 4096}},
    {"type": "table", "title": "Best of 1024",
     "columns": ["model", "offload", "sample_rate", "total_time", "total_efficiency", "tensor_par"],
     "best": {"sample_rate": "greatest", "total_time": "least"}, "where": {"size": [1024, 2048]}}
  ])");
  content.inputs = {{"title", content.title}, {"axes", content.axes}};
  return content;
}

JsonPage tiny_sensitivity_page() {
  struct Parameter {
    const char* name;
    double exponent;  // the rate follows the factor to this power
  };
  constexpr Parameter kParameters[] = {{"matrix rate", 0.6},
                                       {"tier-1 memory bandwidth", 0.2},
                                       {"tier-1 memory capacity", 0.1},
                                       {"tier-0 network bandwidth", 0},
                                       {"tier-1 network bandwidth", -0.01}};
  JsonPage content;
  content.title = "Sensitivity of a small machine";
  Json base = {{"varied", ""}, {"status", "ok"}, {"sample_rate", 100.0}, {"tensor_par", 8}};
  for (const Parameter& parameter : kParameters) {
    content.varied.emplace_back(parameter.name);
    base[parameter.name] = nullptr;  // a factor of what it is
  }
  content.rows.push_back(base);
  for (const Parameter& parameter : kParameters) {
    for (const double factor : {0.25, 0.5, 2.0, 4.0}) {
      Json row = base;
      row["varied"] = parameter.name;
      row[parameter.name] = factor;
      row["sample_rate"] = 100 * std::pow(factor, parameter.exponent);
      if (parameter.name == std::string("tier-1 memory capacity") && factor < 0.5) {
        row["status"] = "infeasible";
        row["reason_kind"] = "memory tier 1 is too small";
        row["reason"] = "memory tier 1 needs 30.000 GiB but has 20.000 GiB (10.000 GiB too much)";
        row["sample_rate"] = nullptr;
      }
      content.rows.push_back(row);
    }
  }
  return content;
}

}  // namespace calculon::test
