#include "calibrated/block_inventory.h"

namespace calculon {

std::vector<BlockInventory> block_inventories(const Transformer& model, const System& system,
                                              const CalibratedExecution& execution) {
  const Machine machine = machine_of(system, execution);
  const std::int64_t with_experts = expert_blocks(model);
  const RankPlacement placement = place_groups(execution, machine.domain, with_experts > 0);
  const RankShape shape = rank_shape(model, execution);
  std::vector<BlockInventory> all;
  for (const bool experts : {false, true}) {
    BlockInventory one;
    one.experts = experts;
    one.blocks = experts ? with_experts : model.num_blocks - with_experts;
    if (one.blocks == 0) {
      continue;
    }
    one.products = block_products(shape, experts, block_law(machine, execution.gemm_datatype));
    one.kept = kept_tensors(model, execution, shape, machine.constants.memory_overhead, experts);
    one.kept_bytes = kept_bytes(one.kept, execution, shape.latent, experts);
    one.exchanges = {tensor_exchange(shape, execution, machine, placement, experts)};
    if (shape.context > 1) {
      one.exchanges.push_back(context_exchange(shape, machine, placement, false));
    }
    if (experts) {
      one.exchanges.push_back(expert_tensor_exchange(shape, machine, placement));
      one.exchanges.push_back(token_exchange(shape, execution, machine, placement));
    }
    std::erase_if(one.exchanges, [](const Exchange& each) { return each.ranks <= 1; });
    all.push_back(std::move(one));
  }
  return all;
}

}  // namespace calculon
