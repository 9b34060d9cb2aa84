"""Triggers of the evening: what can be counted at a checkpoint, what is worth doing beyond which
threshold, found on sampled promotions and judged on others.
"""
