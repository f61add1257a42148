#pragma once

#include <array>
#include <string_view>

namespace calculon {

// What a column is called where people read it without a table at hand: on axes and legends.
struct ColumnWords {
  std::string_view name;
  std::string_view words;
};

inline constexpr std::array kColumnWords = {
    ColumnWords{"num_procs", "Processors"},
    ColumnWords{"tensor_par", "Tensor parallelism"},
    ColumnWords{"pipeline_par", "Pipeline parallelism"},
    ColumnWords{"data_par", "Data parallelism"},
    ColumnWords{"context_par", "Context parallelism"},
    ColumnWords{"expert_par", "Expert parallelism"},
    ColumnWords{"expert_tensor_par", "Tensor parallelism of experts"},
    ColumnWords{"batch_size", "Batch (sequences)"},
    ColumnWords{"microbatch_size", "Microbatch (sequences)"},
    ColumnWords{"pipeline_interleaving", "Pipeline interleaving"},
    ColumnWords{"activation_recompute", "Recomputation"},
    ColumnWords{"data_par_sharding", "Data-parallel sharding"},
    ColumnWords{"datatype", "Datatype"},
    ColumnWords{"gemm_datatype", "Datatype"},
    ColumnWords{"sample_rate", "Sample rate"},
    ColumnWords{"token_rate", "Token rate"},
    ColumnWords{"total_time", "Time of the batch"},
    ColumnWords{"total_efficiency", "Model-flops utilization"},
    ColumnWords{"system_efficiency", "System efficiency"},
    ColumnWords{"compute_efficiency", "Compute efficiency"},
    ColumnWords{"mfu", "Model-flops utilization"},
    ColumnWords{"hfu", "Hardware-flops utilization"},
    ColumnWords{"proc_mem_tier1_cap_req", "Tier-1 memory"},
    ColumnWords{"proc_mem_tier2_cap_req", "Tier-2 memory"},
    ColumnWords{"offload_mem_bw_req", "Tier-2 bandwidth needed"},
    ColumnWords{"memory.peak", "Memory of the fullest processor"},
    ColumnWords{"memory.stages.peak", "Memory of the stage"},
    ColumnWords{"stage", "Pipeline stage"},
    ColumnWords{"file", "File of results"},
    ColumnWords{"rank", "Rank"},
    ColumnWords{
        "split",
        "Split: t tensor, p pipeline, c context, d data, e experts, mb microbatch, i interleaving"},
    ColumnWords{"enumerated", "Executions tried"},
    ColumnWords{"feasible", "Executions that fit"},
    ColumnWords{"price", "Price of a processor"},
    ColumnWords{"max_procs", "Processors that the budget buys"},
    ColumnWords{"system_cost", "Cost of the system"},
    ColumnWords{"rate_per_megadollar", "Sample rate for the money"},
    ColumnWords{"best_so_far", "Best rate up to this size"},
    ColumnWords{"best_so_far_at", "Size of the best rate up to this one"},
    ColumnWords{"loss_below", "Loss on the next smaller machine"},
    ColumnWords{"speedup_percent", "Speed-up"},
    ColumnWords{"speedup_percent_published", "Speed-up by the published rule"},
    ColumnWords{"token_rate_per_proc", "Token rate of a processor"},
    ColumnWords{"days", "Time of the run"},
    ColumnWords{"measured_seconds", "Measured step time"},
    ColumnWords{"predicted_seconds", "Predicted step time"},
    ColumnWords{"error_percent", "Error of the step time"},
    ColumnWords{"measured_peak_gib", "Measured peak memory"},
    ColumnWords{"predicted_peak_gib", "Predicted peak memory"},
    ColumnWords{"peak_error_percent", "Error of the peak memory"},
    ColumnWords{"typical_percent", "Typical error"},
    ColumnWords{"nine_of_ten_percent", "Error in nine of ten cases"},
};

}  // namespace calculon
