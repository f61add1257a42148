#include "support/tensor.h"

#include <algorithm>

#include "bandwidth/exact.h"

namespace calculon::tensors {
namespace {

double product_of_degrees(const std::set<const Axis*>& axes) {
  double product = 1;
  for (const Axis* axis : axes) {
    product *= static_cast<double>(axis->degree);
  }
  return product;
}

}  // namespace

std::int64_t Dimension::local_size() const {
  if (!axis) {
    return size;
  }
  return axis->rotational ? 1 : size / axis->degree;
}

bool Tensor::has(const Dimension& dimension) const {
  return std::find(dimensions.begin(), dimensions.end(), &dimension) != dimensions.end();
}

bool Tensor::owns(const Axis& axis) const {
  return std::any_of(dimensions.begin(), dimensions.end(),
                     [&](const Dimension* dimension) { return dimension->axis == &axis; });
}

double Tensor::size() const {
  double elements = 1;
  for (const Dimension* dimension : dimensions) {
    elements *= static_cast<double>(dimension->size);
  }
  return elements;
}

void TensorSpace::require(bool holds, const std::string& what) const {
  if (!holds) {
    throw ShapeError(what);
  }
}

const Axis& TensorSpace::axis(std::string name, std::int64_t degree, bool rotational) {
  return axes_.emplace_back(Axis{std::move(name), degree, rotational});
}

const Dimension& TensorSpace::dimension(Dimension d) {
  const bool rotational = d.axis && d.axis->rotational;
  require(rotational == (d.virtual_size > 0), d.name + ": a virtual size is for rotational axes");
  if (rotational) {
    require(d.size == d.axis->degree && d.virtual_size % d.size == 0,
            d.name + " does not fit its rotational axis");
  } else if (d.axis) {
    require(d.size % d.axis->degree == 0, d.name + " cannot be shared evenly by its axis");
  }
  return dimensions_.emplace_back(std::move(d));
}

// Dimensions in the order of their creation.
Tensor TensorSpace::sorted(Tensor t) const {
  std::vector<const Dimension*> in_order;
  for (const Dimension& dimension : dimensions_) {
    if (t.has(dimension)) {
      in_order.push_back(&dimension);
    }
  }
  require(in_order.size() == t.dimensions.size(), "a tensor has a dimension twice");
  t.dimensions = std::move(in_order);
  return t;
}

Tensor TensorSpace::tensor(std::vector<const Dimension*> dimensions,
                           std::set<const Axis*> scattered) {
  const Tensor t = sorted({std::move(dimensions), std::move(scattered)});
  std::set<const Axis*> owned;
  std::vector<std::int64_t> local;
  for (const Dimension* dimension : t.dimensions) {
    require(!dimension->axis || owned.insert(dimension->axis).second,
            dimension->name + " lies along an axis that is taken");
    local.push_back(dimension->local_size());
  }
  std::vector<std::int64_t> degrees;
  for (const Axis* axis : t.scattered) {
    require(!owned.contains(axis), axis->name + " is both owned and scattered");
    degrees.push_back(axis->degree);
  }
  require(product_divides(degrees, local), "the elements cannot be scattered evenly");
  return t;
}

void TensorSpace::metered(double multiplier, const std::function<void()>& body) {
  RunCosts enclosing = std::exchange(meter_, {});
  body();
  enclosing += meter_ * multiplier;
  meter_ = enclosing;
}

bool TensorSpace::is_broadcast(const Tensor& t, const Axis& axis) const {
  return !t.owns(axis) && !t.scattered.contains(&axis);
}

double TensorSpace::copies(const Tensor& t) const {
  double copies = 1;
  for (const Axis& axis : axes_) {
    copies *= is_broadcast(t, axis) ? static_cast<double>(axis.degree) : 1;
  }
  return copies;
}

Tensor TensorSpace::product(const Tensor& a, const Tensor& b) {
  require(a.scattered.empty() && b.scattered.empty(), "a factor is scattered");
  std::vector<const Dimension*> dimensions = a.dimensions;
  for (const Dimension* dimension : b.dimensions) {
    if (!a.has(*dimension)) {
      dimensions.push_back(dimension);
    }
  }
  const Tensor result = tensor(std::move(dimensions));
  const double elements = result.size() * copies(result);  // whoever holds a copy works, too
  RunCosts costs;
  costs.flop_fwd = elements;
  costs.flop_bwd = 4 * elements;  // two gradients, each a multiplication and an accumulation
  meter_ += costs;
  return result;
}

Tensor TensorSpace::broadcast(const Tensor& t, const std::vector<const Dimension*>& rotate) {
  double stay = 1;  // the chance that the destination is on the same rank
  for (const Dimension* dimension : rotate) {
    require(t.has(*dimension), dimension->name + " is no dimension to rotate along");
    const auto degree = static_cast<double>(dimension->degree());
    const bool rotational = dimension->axis && dimension->axis->rotational;
    stay *=
        rotational ? 1 - (degree - 1) / static_cast<double>(dimension->virtual_size) : 1 / degree;
  }
  const double moves = 1 - stay;
  const double parts = product_of_degrees(t.scattered);
  const double sent_once = t.size() * std::max(parts > 1 ? 1.0 : 0.0, moves);  // multicast
  const double received = t.size() * copies(t) * (parts - 1 + moves);
  RunCosts costs;
  costs.tx_fwd = sent_once;
  costs.rx_fwd = received;
  costs.flop_bwd = received;  // backward is a sum of gradients that differ: no multicast
  costs.tx_bwd = received;
  costs.rx_bwd = received;
  meter_ += costs;
  return tensor(t.dimensions);
}

Tensor TensorSpace::reduce(const Tensor& t, const Dimension& over, const Transposition& transpose) {
  require(t.has(over), over.name + " is no dimension to reduce over");
  const auto& [from, to] = transpose;
  Tensor result;
  for (const Dimension* dimension : t.dimensions) {
    if (dimension != &over) {
      result.dimensions.push_back(dimension == from ? to : dimension);
    }
  }
  if (from) {
    require(t.has(*from) && from->size == to->size && to->axis == over.axis,
            to->name + " cannot take over the axis of " + over.name);
  }
  for (const Axis& axis : axes_) {
    if (!result.owns(axis) && !is_broadcast(t, axis)) {
      result.scattered.insert(&axis);
    }
  }
  const auto summands = static_cast<double>(over.size);
  const auto ranks = static_cast<double>(over.degree());
  const double results = t.size() / summands * copies(t);
  RunCosts costs;
  costs.flop_fwd = results * (summands - 1);
  costs.tx_fwd = results * (ranks - 1);
  costs.rx_fwd = costs.tx_fwd;
  costs.tx_bwd = ranks > 1 ? results : 0;
  costs.rx_bwd = costs.rx_fwd;
  meter_ += costs;
  return tensor(result.dimensions, result.scattered);
}

Tensor TensorSpace::allreduce(const Tensor& t, const Dimension& over,
                              const std::vector<const Dimension*>& rotate) {
  return broadcast(reduce(t, over), rotate);
}

Tensor TensorSpace::dot(const Tensor& a, const Tensor& b) {
  Tensor result = product(a, b);
  for (const bool along_axis : {false, true}) {
    for (const Dimension& dimension : dimensions_) {
      if (dimension.autoreduce && a.has(dimension) && b.has(dimension) &&
          (dimension.axis != nullptr) == along_axis) {
        result = allreduce(result, dimension);
      }
    }
  }
  return result;
}

Tensor TensorSpace::scatter_transpose(const Tensor& t, const Dimension& from, const Dimension& to) {
  require(t.has(from) && !t.has(to) && from.size == to.size && !to.axis,
          to.name + " cannot replace " + from.name);
  std::vector<const Dimension*> dimensions = t.dimensions;
  std::replace(dimensions.begin(), dimensions.end(), &from, &to);
  std::set<const Axis*> scattered = t.scattered;
  if (from.axis) {
    scattered.insert(from.axis);
  }
  return tensor(std::move(dimensions), std::move(scattered));
}

Tensor TensorSpace::reduce_with(const Tensor& a, const Tensor& b, const Dimension& of_a,
                                const Dimension& of_b) {
  require(a.scattered.empty() && b.scattered.empty(), "a summand is scattered");
  require(of_a.axis == of_b.axis && !(of_a.axis && of_a.axis->rotational),
          of_a.name + " and " + of_b.name + " cannot be added");
  const Dimension& sum = dimension(
      {.name = of_a.name + "+" + of_b.name, .size = of_a.size + of_b.size, .axis = of_a.axis});
  const auto with_sum = [&](const Tensor& t, const Dimension& own) {
    require(t.has(own), own.name + " is no dimension of its summand");
    std::vector<const Dimension*> dimensions = t.dimensions;
    std::replace(dimensions.begin(), dimensions.end(), &own, &sum);
    return tensor(std::move(dimensions));
  };
  const Tensor whole = with_sum(a, of_a);
  require(whole.dimensions == with_sum(b, of_b).dimensions, "the summands differ in shape");
  return reduce(whole, sum);
}

}  // namespace calculon::tensors
