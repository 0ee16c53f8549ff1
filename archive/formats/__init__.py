"""What leaves in formats that others read: CDXJ, WACZ, BagIt, PREMIS."""
