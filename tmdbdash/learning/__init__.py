"""Learning from the stored films; imported only by the commands that train or predict.

Rooms, each needing only those before it: ``data``, ``models``, ``evaluation``, ``artifacts``;
``insights`` needs the first three, ``forecasting`` none of them; ``jobs`` joins all with the store.
"""

import os

# Read once by the OpenMP runtime, when scikit-learn loads it: idle threads that spin instead of
# sleeping make fits on a busy small machine several times slower.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
